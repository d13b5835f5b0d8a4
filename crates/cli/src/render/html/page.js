"use strict";
(() => {
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  const steps = all("li[data-action]");
  const search = document.getElementById("search");
  const boxes = all("input[data-action]");
  const svg = document.querySelector("svg.graph");
  const nodes = svg ? all(".node", svg) : [];
  const arrows = svg ? all(".arrow", svg) : [];
  const stepOf = (address) => steps.find((step) => step.dataset.address === address);
  let current = null;

  function filter() {
    const wanted = new Set(boxes.filter((box) => box.checked).map((box) => box.dataset.action));
    const words = (search ? search.value : "").toLowerCase();
    let shown = 0;
    for (const step of steps) {
      const hit = wanted.has(step.dataset.action) && step.textContent.toLowerCase().includes(words);
      step.hidden = !hit;
      if (hit) shown += 1;
    }
    const none = document.getElementById("none");
    if (none) none.hidden = shown > 0 || steps.length === 0;
  }

  // what it needs and what needs it, all the way
  function around(start) {
    const near = new Set([start]);
    for (const [from, to] of [["from", "to"], ["to", "from"]]) {
      const todo = [start];
      const seen = new Set(todo);
      while (todo.length > 0) {
        const here = todo.pop();
        for (const arrow of arrows) {
          const next = arrow.dataset[to];
          if (arrow.dataset[from] === here && !seen.has(next)) { seen.add(next); near.add(next); todo.push(next); }
        }
      }
    }
    return near;
  }

  function light(address) {
    if (!svg) return;
    const node = nodes.find((node) => node.dataset.address === address);
    svg.classList.toggle("focus", Boolean(node));
    const near = node ? around(node.dataset.node) : new Set();
    for (const one of nodes) {
      one.classList.toggle("near", near.has(one.dataset.node));
      one.classList.toggle("picked", one === node);
    }
    if (node) node.scrollIntoView({ block: "nearest", inline: "nearest" });
    for (const arrow of arrows) arrow.classList.toggle("near", near.has(arrow.dataset.from) && near.has(arrow.dataset.to));
  }

  function pick(step, open) {
    if (current) current.classList.remove("current");
    current = step;
    if (!step) { light(null); return; }
    step.classList.add("current");
    const details = step.querySelector("details");
    if (open !== undefined) details.open = open;
    step.querySelector("summary").focus({ preventScroll: true });
    step.scrollIntoView({ block: "nearest" });
    light(step.dataset.address);
  }

  function move(by) {
    const shown = steps.filter((step) => !step.hidden);
    if (shown.length === 0) return;
    const at = shown.indexOf(current);
    pick(shown[at < 0 ? 0 : Math.min(shown.length - 1, Math.max(0, at + by))]);
  }

  boxes.forEach((box) => box.addEventListener("change", filter));
  if (search) search.addEventListener("input", filter);
  steps.forEach((step) => step.querySelector("summary").addEventListener("click", () => pick(step)));
  all("a[data-to]").forEach((link) => link.addEventListener("click", (event) => {
    event.preventDefault();
    const step = stepOf(link.dataset.to);
    if (step) { step.hidden = false; pick(step, true); } else light(link.dataset.to);
  }));
  nodes.forEach((node) => node.addEventListener("click", () => {
    const step = stepOf(node.dataset.address);
    if (step) { step.hidden = false; pick(step, true); } else { pick(null); light(node.dataset.address); }
  }));

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target === search) {
      if (event.key === "Escape") { search.value = ""; filter(); search.blur(); }
      return;
    }
    if (event.key === "/" && search) { event.preventDefault(); search.focus(); }
    else if (event.key === "j" || event.key === "ArrowDown") { event.preventDefault(); move(1); }
    else if (event.key === "k" || event.key === "ArrowUp") { event.preventDefault(); move(-1); }
    else if (event.key === "Escape") pick(null);
    else if (event.key === "e") {
      const shown = steps.filter((step) => !step.hidden).map((step) => step.querySelector("details"));
      const open = shown.some((details) => !details.open);
      shown.forEach((details) => { details.open = open; });
    }
  });
})();
