/** Making and changing what is on the page. Texts go in as text, never as markup. */

export const byId = (id) => document.getElementById(id);

/** An element with these attributes (a function becomes a listener) and children. */
export function el(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === 'function') {
      made.addEventListener(name, value);
    } else if (value !== null && value !== false) {
      made.setAttribute(name, value === true ? '' : value);
    }
  }
  made.append(...children.filter((child) => child !== null));
  return made;
}

/** Sets a text only where it is another, so that screen readers and selections are left in peace. */
export function setText(element, text) {
  if (element.textContent !== text) {
    element.textContent = text;
  }
}

export function show(element, visible) {
  if (element.hidden === visible) {
    element.hidden = !visible;
  }
}

/** Replaces the children only where the rows differ from those of last time. */
export function fill(parent, key, make) {
  if (parent.dataset.shown !== key) {
    parent.dataset.shown = key;
    parent.replaceChildren(...make());
  }
}
