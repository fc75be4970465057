/* The table and what stands behind the page, each in a dialog. */

function createDialogs(app) {
  const { model, language, table } = app;
  const { t, pick } = language;
  const dialog = byId('dialog');
  let redraw = null;

  dialog.addEventListener('click', (event) => event.target === dialog && dialog.close());
  dialog.addEventListener('close', () => { redraw = null; dialog.replaceChildren(); });

  function frame(title, actions, ...content) {
    dialog.replaceChildren(
      h('div', { class: 'dialog-head' }, h('h2', { id: 'dialog-title' }, title), h('div', { class: 'dialog-actions' }, ...actions),
        h('button', { type: 'button', class: 'close', 'aria-label': t('close'), on: { click: () => dialog.close() } }, icon('close'))),
      ...content);
    dialog.setAttribute('aria-labelledby', 'dialog-title');
    if (!dialog.open) dialog.showModal();
  }

  async function openTable(kind) {
    dialog.classList.remove('narrow');
    const again = () => openTable(kind);
    redraw = again;
    const kinds = table.kinds();
    const chosen = kinds.some(([id]) => id === kind) ? kind : 'districts';
    const { save, body } = await table.content(chosen, again);
    const tabs = h('div', { class: 'tabs', role: 'group', 'aria-label': t('table') }, ...kinds.map(([id, title]) => h('button', {
      type: 'button', 'aria-pressed': String(id === chosen), on: { click: () => { table.forget(); openTable(id); } } }, title)));
    frame(t('table'), [save], tabs, body);
  }

  function openAbout() {
    redraw = openAbout;
    const { city, provenance } = model;
    dialog.classList.add('narrow');
    frame(t('about'), [],
      h('div', { class: 'about', tabindex: 0 },
        h('dl', { class: 'facts' }, ...[
          [t('city'), pick(city.name)], [t('date'), city.as_of ?? t('no_date')], [t('run_id'), city.run_id], [t('crs'), city.crs],
          [t('plans'), provenance.plans.join(t('comma')) || t('no_data')], [t('software'), Object.entries(provenance.software).map((pair) => pair.join(' ')).join(' · ') || t('no_data')],
        ].map(([name, value]) => h('div', {}, h('dt', {}, name), h('dd', {}, value)))),
        city.synthetic ? h('p', { class: 'flag' }, t('synthetic_long')) : null,
        ...(app.comparison?.notes().length ? [h('h3', {}, t('title_change')), ...app.comparison.notes()] : []),
        h('h3', {}, t('inputs')),
        h('ul', { class: 'rows' }, ...provenance.inputs.map((input) => h('li', {}, h('span', { class: 'row-head' }, h('span', {}, pick(input.title)), h('small', {}, [input.crs, input.datum].filter(Boolean).join(' · '))),
          h('small', { class: 'path' }, [input.path, input.layer].filter(Boolean).join(' · ')), input.sha256 ? h('small', { class: 'path' }, `SHA-256 ${input.sha256}`) : null, input.attribution ? h('small', {}, input.attribution) : null))),
        h('h3', {}, t('notes_title')), h('p', {}, t('display_note')), h('h3', {}, t('licences')), h('pre', {}, model.licence)));
  }

  return { openTable, openAbout, close: () => dialog.open && dialog.close(), redraw: () => redraw?.(), isOpen: () => dialog.open };
}
