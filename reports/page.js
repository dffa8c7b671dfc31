"use strict";
// The page without its samples: what a chart's mark says when one points at it, and the button for the theme.
(() => {
  const tip = document.createElement("div");
  tip.id = "tip";
  tip.hidden = true;
  document.body.append(tip);

  function tell(text, x, y) {
    tip.textContent = text;
    tip.hidden = false;
    const box = tip.getBoundingClientRect();
    tip.style.left = `${Math.max(4, Math.min(x + 12, innerWidth - box.width - 4))}px`;
    tip.style.top = `${y + 18 + box.height > innerHeight ? y - box.height - 8 : y + 18}px`;
  }
  window.tell = tell;
  window.untell = () => { tip.hidden = true; };

  document.addEventListener("pointermove", (event) => {
    const mark = event.target.closest?.("svg [role=graphics-symbol][aria-label]");
    if (mark && !mark.classList.contains("role-axis")) tell(mark.getAttribute("aria-label"), event.clientX, event.clientY);
    else if (!event.target.closest?.(".code")) window.untell();
  });

  const button = document.getElementById("theme");
  const root = document.documentElement;
  const isDark = () => root.classList.contains("dark")
    || (!root.classList.contains("light") && matchMedia("(prefers-color-scheme: dark)").matches);
  const label = () => { button.textContent = isDark() ? "Light" : "Dark"; };
  button.hidden = false;
  button.addEventListener("click", () => {
    const dark = !isDark();
    root.classList.toggle("dark", dark);
    root.classList.toggle("light", !dark);
    label();
  });
  label();
  addEventListener("beforeprint", () => {
    for (const each of document.querySelectorAll("details.digits")) each.open = true;
  });
})();
