"use strict";
// The page is complete without this: it filters, and goes from one finding to the next.
(() => {
  const byId = (id) => document.getElementById(id);
  const form = byId("filters");
  const main = byId("findings");
  const measures = ({ rule, files, ...numbers }) =>
    Object.fromEntries(Object.entries(numbers).map(([name, value]) => [name, Number(value)]));
  const items = Array.from(main.querySelectorAll("article"), (element, index) => ({
    element,
    index,
    rule: element.dataset.rule,
    ...measures(element.dataset),
    files: element.dataset.files.split(" ").map(Number),
    shown: true,
  }));
  const rows = Array.from(document.querySelectorAll(".map li"), (element) => ({
    element,
    path: element.querySelector(".path").textContent.toLowerCase(),
    link: element.querySelector(".name"),
    marks: Array.from(element.querySelectorAll("svg a"), (mark) => ({
      mark,
      items: [mark.getAttribute("href").slice(2), ...(mark.dataset.more || "").split(" ")]
        .filter(Boolean)
        .map((number) => items[number - 1]),
    })),
  }));
  let order = items.slice();

  const filter = () => {
    const rules = new Set(Array.from(form.querySelectorAll("[name=rule]:checked"), (box) => box.value));
    const least = Number(byId("least").value) || 0;
    const needle = byId("file").value.trim().toLowerCase();
    const fits = rows.map((row) => row.path.includes(needle));
    let count = 0;
    for (const item of items) {
      // a file that could not be read has no length
      const long = item.words >= least || item.words === 0;
      item.shown = rules.has(item.rule) && long && item.files.some((file) => fits[file]);
      item.element.hidden = !item.shown;
      count += item.shown;
    }
    rows.forEach((row, number) => {
      let any = null;
      for (const { mark, items: marked } of row.marks) {
        const first = marked.find((item) => item.shown);
        mark.classList.toggle("off", !first);
        mark.setAttribute("tabindex", first && !any ? "0" : "-1");
        if (first) {
          mark.setAttribute("href", "#" + first.element.id);
          any = any || first;
        }
      }
      row.element.hidden = !any || !fits[number];
      if (any) row.link.setAttribute("href", "#" + any.element.id);
    });
    const all = items.length.toLocaleString("en");
    byId("status").textContent =
      count === items.length ? `${all} shown` : count ? `${count.toLocaleString("en")} of ${all} shown` : "No match";
  };

  const sort = () => {
    const by = byId("order").value;
    const sorted = items.slice();
    // Infinity - Infinity is NaN, which is false
    const measure = (item) => item[by] ?? Infinity;
    if (by !== "place") sorted.sort((a, b) => measure(b) - measure(a) || a.index - b.index);
    // an element that is moved loses the focus
    if (sorted.every((item, at) => item === order[at])) return;
    order = sorted;
    // All are removed at once: removed one by one, they leave more and more text nodes that a browser searches for
    // their neighbours, for a minute with 12,000 findings.
    main.replaceChildren();
    for (const item of order) main.append(item.element);
  };

  const go = (item) => {
    item.element.focus({ preventScroll: true });
    item.element.scrollIntoView({ block: "start" });
  };

  const step = (by) => {
    const shown = order.filter((item) => item.shown);
    if (!shown.length) return;
    const here = document.activeElement.closest("article");
    let at = shown.findIndex((item) => item.element === here);
    if (at < 0) {
      // from the reader's position: before the first finding that is not above the window
      const below = shown.findIndex((item) => item.element.getBoundingClientRect().bottom > form.offsetHeight);
      at = below < 0 ? shown.length : by > 0 ? below - 1 : below;
    }
    go(shown[Math.min(Math.max(at + by, 0), shown.length - 1)]);
  };

  const along = (event, bar) => {
    const marks = Array.from(bar.querySelectorAll("a:not(.off)"));
    const at = marks.indexOf(event.target.closest("a"));
    const next = marks[at + (event.key === "ArrowRight" ? 1 : -1)];
    if (next) next.focus();
    event.preventDefault();
  };

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    const bar = event.target.closest(".map svg");
    if (bar && (event.key === "ArrowRight" || event.key === "ArrowLeft")) along(event, bar);
    if (event.target.closest("select, input:not([type=checkbox])")) {
      if (event.key !== "Escape") return;
      event.target.blur(); // back to the findings; a browser would empty a search field without an event
      event.preventDefault();
      return;
    }
    if (event.key === "j") step(1);
    else if (event.key === "k") step(-1);
    else if (event.key === "/") byId("file").focus();
    else return;
    event.preventDefault();
  });

  const showAll = () => {
    form.reset();
    sort();
    filter();
  };

  // A link to a finding goes to it even if a filter hides it.
  const arrive = () => {
    const item = items[location.hash.slice(2) - 1];
    if (!location.hash.startsWith("#r") || !item) return;
    if (!item.shown) showAll();
    go(item);
  };
  window.addEventListener("hashchange", arrive);
  document.addEventListener("click", (event) => {
    // a link to the current address causes no event
    const link = event.target.closest("a[href]");
    if (link && link.getAttribute("href") === location.hash) arrive();
  });

  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("input", (event) => (event.target.id === "order" ? sort() : filter()));
  byId("all").addEventListener("click", showAll);
  byId("next").addEventListener("click", () => step(1));
  byId("previous").addEventListener("click", () => step(-1));
  form.hidden = false;
  // the bar at the top of the window must not cover the finding
  const room = () => {
    const sticks = getComputedStyle(form).position === "sticky";
    document.documentElement.style.setProperty("--top", (sticks ? form.offsetHeight : 0) + "px");
  };
  new ResizeObserver(room).observe(form);
  room();
  // a browser may keep form values when a page is loaded again
  sort();
  filter();
  arrive();
})();
