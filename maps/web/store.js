/* What the reader has chosen; every part of the page draws itself from it. */

function createStore(initial) {
  let state = { ...initial };
  const listeners = [];
  return {
    get: () => state,
    set(change) {
      const keys = Object.keys(change).filter((key) => change[key] !== state[key]);
      if (!keys.length) return;
      const before = state;
      state = { ...state, ...change };
      for (const { watched, draw } of listeners) {
        if (!watched || keys.some((key) => watched.includes(key))) draw(state, before);
      }
    },
    /* Calls `draw` now and whenever one of the watched keys changes. */
    watch(watched, draw) {
      listeners.push({ watched, draw });
      draw(state, null);
    },
  };
}
