(() => {
  "use strict";
  const form = document.getElementById("search");
  const words = document.getElementById("words");
  const hits = document.getElementById("hits");
  const pages = [...document.querySelectorAll("main > section")];
  const links = [...document.querySelectorAll("#contents .links a")];
  const fold = text => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
  const units = [...document.querySelectorAll("main .unit")];
  const texts = new Map(units.map(unit => [unit, fold(unit.textContent)]));

  function search() {
    const wanted = fold(words.value).split(/\s+/).filter(Boolean);
    const matches = text => wanted.every(word => text.includes(word));
    let count = 0;
    for (const unit of units) {
      unit.hidden = !matches(texts.get(unit));
      count += !unit.hidden && unit.classList.contains("rule");
      const rows = [...unit.querySelectorAll("tbody tr")];
      const found = rows.filter(row => matches(fold(row.textContent)));
      for (const row of rows) row.hidden = found.length > 0 && !found.includes(row);
    }
    for (const page of pages) page.hidden = wanted.length > 0 && !page.querySelector(".unit:not([hidden])");
    document.body.classList.toggle("searching", wanted.length > 0);
    highlight(wanted);
    hits.textContent = wanted.length ? (count === 1 ? "1 rule" : `${count} rules`) : "";
  }

  function highlight(wanted) {
    if (!CSS.highlights) return;
    const ranges = [];
    for (const unit of wanted.length ? units : []) {
      if (unit.hidden) continue;
      const walk = document.createTreeWalker(unit, NodeFilter.SHOW_TEXT);
      while (walk.nextNode()) {
        const node = walk.currentNode, text = node.data.toLowerCase();
        if (text.length !== node.data.length) continue;
        for (const word of wanted) {
          for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + word.length)) {
            const range = new Range();
            range.setStart(node, at);
            range.setEnd(node, at + word.length);
            ranges.push(range);
          }
        }
      }
    }
    CSS.highlights.set("found", new Highlight(...ranges));
  }

  function clear() {
    words.value = "";
    search();
  }

  form.hidden = false;
  form.addEventListener("submit", event => {
    event.preventDefault();
    const first = units.find(unit => !unit.hidden);
    if (first) first.scrollIntoView();
  });
  words.addEventListener("input", () => { search(); scrollTo(0, 0); });
  document.addEventListener("keydown", event => {
    if (event.key === "/" && document.activeElement !== words && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      words.focus();
    } else if (event.key === "Escape" && words.value) {
      clear();
    }
  });
  document.addEventListener("click", event => {
    const link = event.target.closest('a[href^="#"]');
    if (link && words.value) clear();
  });

  const here = new Map(links.map(link => [link.getAttribute("href").slice(1), link]));
  const shown = new Set();
  const watcher = new IntersectionObserver(entries => {
    for (const entry of entries) shown[entry.isIntersecting ? "add" : "delete"](entry.target);
    const page = pages.find(one => shown.has(one) && here.has(one.id));
    for (const link of links) link.removeAttribute("aria-current");
    const link = page && here.get(page.id);
    if (!link) return;
    link.setAttribute("aria-current", "true");
    const strip = link.closest(".links");
    const box = link.getBoundingClientRect(), frame = strip.getBoundingClientRect();
    if (box.left < frame.left || box.right > frame.right) strip.scrollLeft += box.left - frame.left - 40;
    if (box.top < frame.top || box.bottom > frame.bottom) strip.scrollTop += box.top - frame.top - 40;
  }, { rootMargin: "-20% 0px -70% 0px" });
  for (const page of pages) watcher.observe(page);
})();
