export const element = (id) => document.getElementById(id);

// An element with attributes, listeners (`onclick`) and what is in it; what is null or false is left out.
export function make(tag, properties = {}, ...content) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else if (value === true) made.setAttribute(name, "");
    else if (value !== false && value != null) made.setAttribute(name, value);
  }
  made.append(...content.filter((part) => part != null && part !== false));
  return made;
}

export function time(value, otherwise = "never") {
  if (value == null) return otherwise;
  const date = new Date(value);
  const shown = date.toLocaleString("en-GB", { dateStyle: "medium", timeStyle: "short" });
  return make("time", { datetime: date.toISOString() }, shown);
}

export function say(said, words, isProblem = false) {
  said.classList.toggle("problem", isProblem);
  said.textContent = words;
}

// Does what a control is for, once at a time, and says what came of it beside the control.
export async function attempt(said, control, action) {
  if (control.hasAttribute("aria-busy")) return;
  control.setAttribute("aria-busy", "true");
  try {
    say(said, await action());
    document.dispatchEvent(new Event("changed"));
  } catch (error) {
    say(said, error.message, true);
  }
  control.removeAttribute("aria-busy");
}

export function onSubmit(form, action) {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    attempt(form.querySelector(".said"), form.querySelector("button"), action);
  });
}

const shown = new WeakMap();

// Shows items as rows. Only what has changed is drawn again, and the focus stays where it was, so that
// nobody is interrupted by what others do meanwhile.
export function showRows(list, items, create, fill) {
  const rows = new Map([...list.children].map((row) => [row.dataset.id, row]));
  items.forEach((item, index) => {
    const row = rows.get(item.id) ?? create();
    rows.delete(item.id);
    row.dataset.id = item.id;
    const state = JSON.stringify(item);
    if (shown.get(row) !== state) {
      const focused = row.contains(document.activeElement) && document.activeElement.dataset.action;
      fill(row, item);
      shown.set(row, state);
      if (focused) row.querySelector(`[data-action="${focused}"]`)?.focus();
    }
    if (list.children[index] !== row) list.insertBefore(row, list.children[index] ?? null);
  });
  for (const row of rows.values()) row.remove();
}

// Asks before something is done that cannot be undone.
export function confirm(title, text) {
  const dialog = element("confirm");
  element("confirm-title").textContent = title;
  element("confirm-text").textContent = text;
  dialog.returnValue = "no";
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => resolve(dialog.returnValue === "yes"), { once: true });
  });
}
