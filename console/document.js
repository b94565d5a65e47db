// Makes elements of the page. A child may be a node, a text, a number, a list of children, or nothing.

function append(parent, children) {
  for (const child of children.flat(Infinity)) {
    if (child === null || child === undefined || child === false) continue;
    parent.append(child instanceof Node ? child : String(child));
  }
  return parent;
}

function setAttributes(element, attributes) {
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? "" : value);
  }
  return element;
}

export function h(tag, attributes, ...children) {
  return append(setAttributes(document.createElement(tag), attributes), children);
}

export function svg(tag, attributes, ...children) {
  return append(setAttributes(document.createElementNS("http://www.w3.org/2000/svg", tag), attributes), children);
}

export function replace(parent, ...children) {
  parent.replaceChildren();
  return append(parent, children);
}

// For those who hear the page.
export function announce(text) {
  document.getElementById("announcer").textContent = text;
}

// columns: [{title, cell: (row) => child, number: true, optional: true}]; optional ones are left out where no row has a text for them. `caption` is
// for those who hear the page.
export function table(caption, all, rows) {
  const columns = all.filter((column) => !column.optional || rows.some((row) => column.cell(row) !== ""));
  return h("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": caption },
    h("table", null,
      h("caption", { class: "unseen" }, caption),
      h("thead", null, h("tr", null, columns.map((column) => h("th", { scope: "col", class: column.number && "number" }, column.title)))),
      h("tbody", null, rows.map((row) => h("tr", null, columns.map((column, index) =>
        h(index === 0 ? "th" : "td", { scope: index === 0 && "row", class: column.number && "number" }, column.cell(row))))))));
}

// A labelled choice: options [[value, text]].
export function choice(label, options, value, onchange) {
  return h("label", { class: "choice" }, h("span", null, label),
    h("select", { "aria-label": label, onchange: (event) => onchange(event.target.value) },
      options.map(([each, text]) => h("option", { value: each, selected: each === value }, text))));
}

// Nothing is there, and what to do about it.
export function empty(title, text, command) {
  return h("div", { class: "empty" }, h("p", { class: "empty-title" }, title), h("p", null, text), command && h("pre", null, h("code", null, command)));
}

export function problem(fault) {
  return h("div", { class: "problem", role: "alert" }, h("p", null, h("strong", null, fault.title ?? "This could not be shown.")),
    h("p", null, fault.message), fault.place && h("p", { class: "faint" }, fault.place));
}

// A part of the page that comes when it comes: `load` gives its children.
export function panel(title, load, kind = "") {
  const body = h("div", { class: "panel-body", "aria-busy": "true" }, h("div", { class: "skeleton" }, h("span", { class: "unseen" }, "Loading")));
  const section = h("section", { class: `panel ${kind}` }, title && h("h2", null, title), body);
  const fill = async () => {
    body.setAttribute("aria-busy", "true");
    try {
      replace(body, await load(fill));
    } catch (fault) {
      if (fault.name === "AbortError") return;
      replace(body, problem(fault));
    }
    body.removeAttribute("aria-busy");
  };
  fill();
  return section;
}
