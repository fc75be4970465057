/* Page elements made by hand: text is always text, never markup. */

const SVG_SPACE = 'http://www.w3.org/2000/svg';

/* Characters that are not seen but turn the text around them, and control characters: a mark stands for each. */
const UNSEEN = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/g;
const READ_ATTRIBUTES = new Set(['title', 'aria-label', 'aria-valuetext', 'placeholder']);

function visible(text) {
  return text.replace(UNSEEN, '\ufffd');
}

function fill(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (value === null || value === undefined || value === false) continue;
    if (name === 'on') {
      for (const [event, handler] of Object.entries(value)) element.addEventListener(event, handler);
    } else if (name === 'style') {
      for (const [key, one] of Object.entries(value)) element.style.setProperty(key, one);
    } else {
      element.setAttribute(name, value === true ? '' : READ_ATTRIBUTES.has(name) ? visible(String(value)) : String(value));
    }
  }
  const shown = children.flat().filter((child) => child !== null && child !== undefined && child !== false);
  element.append(...shown.map((child) => (typeof child === 'string' ? visible(child) : child)));
  return element;
}

function h(tag, attributes, ...children) {
  return fill(document.createElement(tag), attributes, children);
}

function s(tag, attributes, ...children) {
  return fill(document.createElementNS(SVG_SPACE, tag), attributes, children);
}

function byId(id) {
  return document.getElementById(id);
}

function isPhone() {
  return window.matchMedia('(max-width: 760px)').matches;
}

function prefersStill() {
  return window.matchMedia('(prefers-reduced-motion: reduce)').matches;
}

/* Line icons of 20 x 20, drawn with the text's colour. */
const ICONS = {
  table: 'M3 4h14v12H3zM3 8h14M3 12h14M8 4v12',
  link: 'M8 12l4-4M7 9l-2.500 2.500a3 3 0 0 0 4 4L11 13M13 11l2.500-2.500a3 3 0 0 0-4-4L9 7',
  print: 'M6 7V3h8v4M6 14H3V7h14v7h-3M6 11h8v6H6z',
  about: 'M10 9v5M10 6v.5M10 17.500a7.500 7.500 0 1 0 0-15 7.500 7.500 0 0 0 0 15z',
  plus: 'M10 4v12M4 10h12',
  minus: 'M4 10h12',
  home: 'M3 10l7-6 7 6M5 9v7h10V9',
  ruler: 'M2 13 13 2l5 5L7 18zM6 9l2 2M9 6l2 2M12 3.500l2 2',
  area: 'M4 15 6 5l9-2 2 10-7 4z',
  layers: 'M10 3l8 4-8 4-8-4zM2 11l8 4 8-4',
  close: 'M5 5l10 10M15 5 5 15',
  swap: 'M2 10h16M6 6l-4 4 4 4M14 6l4 4-4 4',
  formula: 'M14 4H6l5 6-5 6h8',
  down: 'M10 3v10M6 9l4 4 4-4M4 17h12',
};

function icon(name) {
  return s('svg', { viewBox: '0 0 20 20', class: 'icon', 'aria-hidden': 'true', focusable: 'false' },
    s('path', { d: ICONS[name] }));
}

function trap(element) {
  L.DomEvent.disableClickPropagation(element);
  L.DomEvent.disableScrollPropagation(element);
  return element;
}
