/* Indicator cards by system: value, target, sign and words; the chosen one opens its districts. */

const STATUSES = ['MET', 'MISSED', 'NO_DATA', 'NO_TARGET'];

function targetText(app, target) {
  const { numbers, language } = app;
  const sign = { '>=': '≥', '<=': '≤', '=': '=', '>': '>', '<': '<' }[target.comparison];
  if (!sign || !numbersExist(target.value)) return language.t(target.comparison === 'not_lower' ? 'not_lower' : 'tracked');
  return `${sign} ${numbers.withUnit(target.value, target.unit)}`;
}

function createCards(app) {
  const { store, model, language, numbers } = app;
  const { t, pick } = language;
  const root = byId('cards');
  const summary = byId('summary');
  const closed = new Set();

  function draw() {
    const { filter } = store.get();
    const shown = model.indicators.filter((one) => !filter || one.status === filter);
    root.replaceChildren(...model.systems.map((system) => group(system, shown.filter((one) => one.system === system))).filter(Boolean));
    root.append(moreActions());
    if (!shown.length) root.append(h('p', { class: 'hint pad' }, t(model.indicators.length ? 'no_cards' : 'no_indicators')));
    drawSummary();
  }

  /* On a phone the title bar has no room for these. */
  function moreActions() {
    const button = (sign, text, act) => h('button', { type: 'button', class: 'soft', on: { click: act } }, icon(sign), t(`${text}_short`));
    return h('div', { class: 'more' }, button('link', 'copy_link', app.copyLink), button('print', 'print', () => app.print.start()), button('about', 'about', () => app.dialogs.openAbout()));
  }

  function drawSummary() {
    const { filter } = store.get();
    const count = (status) => model.indicators.filter((one) => one.status === status).length;
    summary.replaceChildren(
      h('div', { class: 'proportion', 'aria-hidden': 'true' }, ...STATUSES.map((status) => h('i', { class: status, style: { 'flex-grow': String(count(status)) } }))),
      h('div', { class: 'filters', role: 'group', 'aria-label': t('filter') }, ...STATUSES.map((status) => h('button', {
        type: 'button', class: `filter ${status}`, 'aria-pressed': String(filter === status), disabled: !count(status),
        on: { click: () => { store.set({ filter: filter === status ? null : status }); summary.querySelector(`.${status}[type]`)?.focus(); } },
      }, h('b', {}, numbers.whole(count(status))), h('span', {}, t(`status_${status}`))))),
      ...[byTarget(), ...(app.comparison?.notes() ?? [])].filter(Boolean));
  }

  /* A card may stand for several targets: the terminal and the summary count these. */
  function byTarget() {
    const judged = Object.entries(model.judged ?? {});
    if (!judged.length) return null;
    const parts = judged.map(([status, number]) => `${t(`status_${status}`)} ${numbers.whole(number)}`);
    return h('p', { class: 'by-target' }, `${t('by_target')}${parts.join(' · ')}`);
  }

  function group(system, indicators) {
    if (!indicators.length) return null;
    const open = !closed.has(system);
    return h('section', { class: 'group', 'data-open': String(open) },
      h('h2', {}, h('button', { type: 'button', id: `group-${system}`, 'aria-expanded': String(open), on: { click: () => toggle(system) } }, h('span', {}, t(`system_${system}`)), h('span', { class: 'count' }, String(indicators.length)))),
      ...(open ? indicators.map(card) : []));
  }

  function toggle(system) {
    if (!closed.delete(system)) closed.add(system);
    draw();
    byId(`group-${system}`).focus();
  }

  function card(indicator) {
    const chosen = store.get().indicator === indicator.id;
    const measured = numbersExist(indicator.value);
    return h('article', { class: `card ${indicator.status}${chosen ? ' chosen' : ''}${measured ? '' : ' empty'}`, 'data-id': indicator.id },
      h('button', { type: 'button', class: 'card-head', 'aria-expanded': String(chosen), on: { click: () => app.selectIndicator(chosen && !isPhone() ? null : indicator.id) } },
        h('span', { class: 'card-title' }, h('span', { class: 'card-name' }, pick(indicator.title)), statusChip(app, indicator.status)),
        measured ? figures(indicator) : reason(indicator),
        ...(app.comparison?.lines(indicator) ?? [])),
      chosen ? opened(indicator) : null);
  }

  function figures(indicator) {
    const target = indicator.binding ?? indicator.targets.find((one) => one.status === indicator.status) ?? indicator.targets[0];
    const digits = numbers.digitsApart(indicator.value, target?.value, indicator.unit);
    const goals = (indicator.binding ? [indicator.binding] : indicator.targets).map((one) => one.value);
    const barred = goals.length > 0 || indicator.unit === 'ratio';
    return h('span', { class: 'card-figures' },
      h('span', { class: 'card-value' }, h('strong', {}, numbers.number(indicator.value, indicator.unit, digits)), h('small', {}, numbers.unitName(indicator.unit)),
        h('span', { class: 'card-target' }, target ? `${t('target')} ${targetText(app, target)}` : t('status_NO_TARGET'))),
      barred ? bulletBar(indicator.value, goals, scaleEnd([indicator.value, ...goals], indicator.unit), indicator.status) : null);
  }

  function reason(indicator) {
    return h('span', { class: 'card-reason' }, pick(indicator.reason) || t('no_data'));
  }

  function opened(indicator) {
    return h('div', { class: 'card-body' },
      Object.keys(indicator.districts).length ? rankedBars(app, indicator) : h('p', { class: 'hint' }, t('no_district_values')),
      app.comparison && Object.keys(indicator.districts).length ? h('p', { class: 'hint old-key' }, h('u', { 'aria-hidden': 'true' }), pick(app.comparison.before.labels[0])) : null,
      h('div', { class: 'card-actions' },
        h('button', { type: 'button', class: 'soft', on: { click: () => app.showDefinition(indicator.id) } }, icon('formula'), t('definition')),
        h('button', { type: 'button', class: 'soft', on: { click: () => app.openTable('districts') } }, icon('table'), t('table'))));
  }

  function reveal() {
    const element = root.querySelector('.card.chosen');
    if (!element) return;
    if (isPhone() && !byId('side').classList.contains('open')) element.scrollIntoView({ inline: 'start', block: 'nearest' });
    else if (element.getBoundingClientRect().top < root.getBoundingClientRect().top || element.getBoundingClientRect().bottom > root.getBoundingClientRect().bottom) element.scrollIntoView({ block: 'start' });
  }

  store.watch(['indicator', 'district', 'filter', 'lang'], (state, before) => {
    const focused = document.activeElement?.closest('.card')?.dataset.id;
    const place = root.scrollTop;
    draw();
    root.scrollTop = place;
    if (focused) root.querySelector(`.card[data-id="${CSS.escape(focused)}"] .card-head`)?.focus({ preventScroll: true });
    if (!before || before.indicator !== state.indicator) setTimeout(reveal, 0);
  });
}
