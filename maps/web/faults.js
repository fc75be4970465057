/* A page without indicators is about the data alone: its findings stand where the cards would. */

const MOST_FAULTS = 400;

function createFaults(app) {
  const { store, model, language, numbers } = app;
  const { t, pick } = language;
  const root = byId('cards');
  const summary = byId('summary');
  const kinds = ['error', 'warning', 'info'];

  function draw() {
    const { filter } = store.get();
    const shown = model.findings.filter((one) => !filter || one.severity === filter);
    root.replaceChildren(...grouped(shown.slice(0, MOST_FAULTS)).map((list) => h('section', { class: 'group', 'data-open': 'true' },
      h('h2', { class: 'plain' }, h('span', {}, list[0].layer_title ? pick(list[0].layer_title) : t('city')), h('span', { class: 'count' }, numbers.whole(list.length))), ...list.map(card))));
    if (!model.findings.length) root.prepend(h('p', { class: 'hint pad' }, t('no_indicators')));
    if (!model.findings.length) root.append(h('p', { class: 'hint pad' }, t('no_findings')));
    if (shown.length > MOST_FAULTS) root.append(h('p', { class: 'hint pad' }, t('first_rows', { shown: MOST_FAULTS, all: numbers.whole(shown.length) })));
    drawSummary(filter);
  }

  function grouped(list) {
    const groups = new Map();
    for (const one of list) {
      if (!groups.has(one.layer)) groups.set(one.layer, []);
      groups.get(one.layer).push(one);
    }
    return [...groups.values()];
  }

  function drawSummary(filter) {
    const count = (kind) => model.findings.filter((one) => one.severity === kind).length;
    summary.replaceChildren(h('div', { class: 'filters three', role: 'group', 'aria-label': t('filter') }, ...kinds.map((kind) => h('button', {
      type: 'button', class: `filter ${kind}`, 'aria-pressed': String(filter === kind), disabled: !count(kind),
      on: { click: () => { store.set({ filter: filter === kind ? null : kind }); summary.querySelector(`.${kind}`)?.focus(); } },
    }, h('b', {}, numbers.whole(count(kind))), h('span', {}, t(`severity_${kind}`))))));
  }

  function card(finding) {
    return h('article', { class: `card fault ${finding.severity}` },
      h('button', { type: 'button', class: 'card-head', on: { click: () => show(finding) } },
        h('span', { class: 'card-title' }, h('span', { class: 'card-name' }, pick(finding.message)), swatch(model.palette.severity[finding.severity], 'point')),
        h('span', { class: 'card-reason' }, [t(`severity_${finding.severity}`), finding.code, finding.feature, finding.place ? null : t('no_place')].filter(Boolean).join(' · '))));
  }

  /* With the fault comes the layer it is in. */
  function show(finding) {
    const on = { ...store.get().on };
    for (const entry of app.overlays.entries.values()) if (finding.layer && entry.kind === finding.layer) on[entry.id] = true;
    store.set({ on });
    app.showFinding(finding);
  }

  store.watch(['filter', 'lang'], draw);
  store.watch(['lang'], () => { byId('grip').querySelector('span').textContent = t('table_findings'); });
}
