// Tips, arrow keys, the head that is chosen, and the draw that is looked at.
(() => {
  const tipOf = (target) => target.closest?.("[data-tip]");
  document.addEventListener("pointermove", (event) => {
    const mark = tipOf(event.target);
    if (mark) window.tell(mark.dataset.tip, event.clientX, event.clientY);
  });
  document.addEventListener("wheel", () => window.untell(), { passive: true });
  document.addEventListener("focusin", (event) => {
    const mark = event.target.closest?.("[data-tip], svg [role=graphics-symbol]");
    if (!mark) { window.untell(); return; }
    const box = mark.getBoundingClientRect();
    window.tell(mark.dataset.tip ?? mark.getAttribute("aria-label"), box.left, box.bottom);
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") window.untell();
    const at = document.activeElement;
    const group = at?.closest?.(".tokens, .heads");
    if (!group || event.altKey || event.ctrlKey || event.metaKey) return;
    const all = [...group.querySelectorAll("[tabindex]")];
    const row = group.matches(".heads") ? all.filter((each) => each.getAttribute("y") === all[0].getAttribute("y")).length : 1;
    const steps = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: row, ArrowUp: -row, Home: -all.length, End: all.length };
    if (event.key in steps) {
      const next = all[Math.max(0, Math.min(all.length - 1, all.indexOf(at) + steps[event.key]))];
      at.tabIndex = -1;
      next.tabIndex = 0;
      next.focus();
      event.preventDefault();
    } else if (event.key === "Enter" || event.key === " ") {
      choose(at);
      event.preventDefault();
    }
  });
  document.addEventListener("click", (event) => choose(event.target));

  const heads = document.querySelector(".heads");
  if (heads) heads.querySelector("rect").tabIndex = 0;

  function choose(target) {
    const head = target.closest?.("[data-weights]");
    const step = target.closest?.("[data-step]");
    if (head) chooseHead(head);
    if (step) showDraw(steps[Number(step.dataset.step)]);
  }

  function chooseHead(head) {
    const again = head.classList.contains("chosen");
    heads.querySelector(".chosen")?.classList.remove("chosen");
    if (!again) head.classList.add("chosen");
    document.getElementById("head").textContent = again ? "Mean over layers and heads." : head.getAttribute("aria-label");
    document.querySelectorAll(".context .t").forEach((token, index) => {
      token.className = `t h${again ? token.dataset.level : head.dataset.weights[index]}`;
    });
  }

  const steps = JSON.parse(document.getElementById("steps").textContent);
  const panel = document.getElementById("draw");
  const percent = (share) => `${(share * 100).toPrecision(3)} %`;

  function element(name, text, parent) {
    const made = document.createElement(name);
    made.textContent = text;
    parent.append(made);
    return made;
  }

  function drawn(name, attributes, parent, text = "") {
    const made = document.createElementNS("http://www.w3.org/2000/svg", name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    made.textContent = text;
    parent.append(made);
    return made;
  }

  function showDraw(step) {
    panel.replaceChildren();
    element("h3", `Step ${step.at}: ${step.text}`, panel);
    element("p", `The number was ${step.uniform.toFixed(6)}; this token is drawn from ${step.low.toFixed(6)} to `
      + `${step.high.toFixed(6)}: ${percent(step.p)}, rank ${step.rank}.`, panel);
    if (!step.same) element("p", `The replay draws ${step.replayed} here.`, panel).className = "warning";
    const figure = drawn("svg", { viewBox: "0 0 400 70", role: "img", "aria-label": "The interval and the numbers" }, panel);
    drawn("rect", { class: "rest", x: 0, y: 22, width: 400, height: 16 }, figure);
    drawn("rect", { class: "mine", x: step.low * 400, y: 22, width: Math.max(1, (step.high - step.low) * 400), height: 16 }, figure);
    drawn("line", { class: "number", x1: step.uniform * 400, x2: step.uniform * 400, y1: 14, y2: 46 }, figure);
    panel.dataset.numbers.split(",").forEach((number, index) => {
      const x = Number(number) * 400;
      const anchor = x < 40 ? "start" : x > 360 ? "end" : "middle";
      drawn("text", { x, y: 10, "text-anchor": anchor }, figure, number);
      drawn("text", { x, y: 60, "text-anchor": anchor }, figure, step.others[index]);
    });
    const list = element("ol", "", panel);
    for (const [text, share] of step.alternatives) element("li", `${text} ${percent(share)}`, list);
    element("p", `Log-probability at T=1: ${step.logprob} here, ${step.recorded} in the record.`, panel).className = "quiet";
  }
})();
