/* Numbers as people read them: decimal, half to even, in the unit's own digits. */

function createNumbers(language, units) {
  const formats = new Map();

  function format(value, digits) {
    const key = `${language.is()} ${digits}`;
    if (!formats.has(key)) {
      formats.set(key, new Intl.NumberFormat(language.locale(), {
        minimumFractionDigits: digits,
        maximumFractionDigits: digits,
        roundingMode: 'halfEven',
      }));
    }
    return formats.get(key).format(Object.is(value, -0) ? 0 : value);
  }

  function exists(value) {
    return typeof value === 'number' && Number.isFinite(value);
  }

  function shown(value, unit) {
    /* Through a decimal text, so that 0.57 becomes 57 and not 56.99999999999999. */
    return unit === 'ratio' ? Number(`${value}e2`) || value * 100 : value;
  }

  function number(value, unit, digits) {
    if (!exists(value)) return language.t('no_data');
    return format(shown(value, unit), digits ?? units[unit]?.digits ?? 2);
  }

  function unitName(unit) {
    return language.pick(units[unit]?.name);
  }

  function withUnit(value, unit, digits) {
    const name = unitName(unit);
    const text = number(value, unit, digits);
    return exists(value) && name ? `${text}\u00a0${name}` : text;
  }

  /* The limits of classes with as few digits as tell each from the next and stand for it truly. */
  function limits(values, unit) {
    const held = values.map((value) => shown(value, unit));
    const gaps = held.slice(1).map((value, at) => Math.abs(value - held[at])).filter((gap) => gap > 0);
    const slack = (gaps.length ? Math.min(...gaps) : Math.abs(held[0] ?? 0)) * 0.02;
    let digits = 0;
    while (digits < 8 && held.some((value) => Math.abs(Number(value.toFixed(digits)) - value) > slack)) digits += 1;
    return held.map((value) => format(value, digits));
  }

  /* What stands on the map is what stands in the lists: the unit's own digits. */
  function label(value, unit) {
    return number(value, unit) + (unit === 'ratio' ? '%' : '');
  }

  /* As many digits as it takes to tell a value from its target: 74.996 % must not read 75.00 % and missed. */
  function digitsApart(value, target, unit) {
    let digits = units[unit]?.digits ?? 2;
    if (!exists(value) || !exists(target) || value === target) return digits;
    while (digits < 6 && number(value, unit, digits) === number(target, unit, digits)) digits += 1;
    return digits;
  }

  /* A number of a column whose unit is in its title. */
  function cell(value) {
    if (!exists(value)) return language.t('no_data');
    return format(value, Number.isInteger(value) ? 0 : Math.abs(value) >= 1000 ? 0 : Math.abs(value) >= 1 ? 2 : 4);
  }

  return { exists, number, unitName, withUnit, label, limits, digitsApart, cell, whole: (value) => format(value, 0), format };
}
