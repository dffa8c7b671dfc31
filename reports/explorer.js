// The samples: found by filters, shown one at a time. Every text of a model is put in as text, never as markup.
(() => {
  const PAGE = 50;
  const odd = /([\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}])/u;
  const $ = (id) => document.getElementById(id);
  const form = $("filters");
  let facets, found = { total: 0, rows: [] }, from = 0, chosen = null, asked = 0;

  // ---- building blocks

  function make(tag, attributes = {}, ...children) {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    element.append(...children.filter((child) => child !== null && child !== undefined));
    return element;
  }

  // A text with its control and format characters spelt out, so that none of them can reorder or hide anything.
  function visible(text) {
    const parts = [];
    for (const part of String(text).split(odd)) {
      if (part === "") continue;
      if (!odd.test(part) || part === "\n" || part === "\t") parts.push(part);
      else parts.push(make("span", { class: "odd" }, code(part)));
    }
    return parts;
  }
  const code = (character) => `⟨U+${character.codePointAt(0).toString(16).toUpperCase().padStart(4, "0")}⟩`;
  const plain = (text) => String(text).split(odd).map((part) => (odd.test(part) ? (part === "\n" ? "⏎" : part === "\t" ? "⇥" : code(part)) : part)).join("");
  const percent = (p) => (p >= 0.995 && p < 1 ? ">99" : p < 0.01 && p > 0 ? "<1" : Math.round(p * 100)) + " %";

  // ---- where the samples are: in this page, or behind it

  async function opened(id) {
    const bytes = Uint8Array.from(atob($(id).textContent.trim()), (character) => character.charCodeAt(0));
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
    return new Response(stream).json();
  }

  function inPage() {
    let head;
    const parts = new Map();
    const place = new Map();
    return {
      async facets() {
        head = await opened("index");
        head.rows.forEach((row, at) => place.set(row[0], at));
        return head.facets;
      },
      async find(wanted, first) {
        const rows = head.rows.filter((row) => (wanted.task === "" || row[1] === Number(wanted.task))
          && (wanted.cell === "" || row[2] === Number(wanted.cell))
          && (wanted.requirement === "" || row[7].includes(Number(wanted.requirement)))
          && (wanted.status === "" || row[6].includes(wanted.status) || head.facets.names[row[4]] === wanted.status));
        if (wanted.order !== "plan") {
          const sign = wanted.order === "confident" ? -1 : 1;
          const key = (row) => (row[5] === null ? Infinity : sign * row[5]);
          rows.sort((a, b) => (key(a) === key(b) ? 0 : key(a) - key(b)));
        }
        return { total: rows.length, rows: rows.slice(first, first + PAGE) };
      },
      async sample(number) {
        const at = place.get(number);
        if (at === undefined) return null;
        const part = Math.floor(at / head.part);
        if (!parts.has(part)) parts.set(part, opened(`part-${part}`));
        return { row: head.rows[at], record: (await parts.get(part))[at % head.part] };
      },
    };
  }

  function behind() {
    const ask = async (what, parameters) => {
      const answer = await fetch(`api/${what}?${new URLSearchParams(parameters)}`);
      if (!answer.ok) throw new Error(await answer.text());
      return answer.json();
    };
    return {
      facets: () => ask("facets", {}),
      find: (wanted, first) => ask("samples", { ...wanted, from: first, count: PAGE }),
      sample: (number) => ask("sample", { number }),
    };
  }
  const source = $("explorer").dataset.source === "server" ? behind() : inPage();

  // ---- finding

  function fill() {
    const option = (value, label) => make("option", { value }, ...visible(label));
    form.task.append(...facets.tasks.map(([id, title], at) => option(at, title === id ? id : `${id}: ${title}`)));
    form.cell.append(...facets.cells.map((label, at) => option(at, label)));
    form.status.append(...facets.states.map((state) => option(state.id, `${state.label} (${state.samples.toLocaleString("en")})`)));
    requirements();
  }

  function requirements() {
    const kept = form.requirement.value;
    const groups = new Map();
    facets.requirements.forEach(([task, id, kind, text], at) => {
      if (form.task.value !== "" && Number(form.task.value) !== task) return;
      if (!groups.has(task)) groups.set(task, make("optgroup", { label: plain(facets.tasks[task][0]) }));
      groups.get(task).append(make("option", { value: at, title: plain(text) }, ...visible(`${id} (${kind})`)));
    });
    form.requirement.replaceChildren(form.requirement.options[0], ...groups.values());
    form.requirement.value = kept;
    if (form.requirement.selectedIndex < 0) form.requirement.value = "";
  }

  async function find() {
    const wanted = Object.fromEntries(["task", "cell", "requirement", "status", "order"].map((name) => [name, form[name].value]));
    const mine = ++asked;
    const answer = await source.find(wanted, from);
    if (mine !== asked) return;  // a later question has been asked meanwhile
    found = answer;
    list();
    const first = found.rows[0];
    if (first && !found.rows.some((row) => row[0] === chosen)) await show(first[0]);
    if (!first) $("sample").replaceChildren();
  }

  function list() {
    const last = Math.min(found.total, from + PAGE);
    $("count").textContent = found.total === 0 ? "No sample is like that." : `${found.total.toLocaleString("en")} sample${found.total === 1 ? "" : "s"}`;
    $("found").replaceChildren(...found.rows.map(entry));
    $("pages").hidden = found.total <= PAGE;
    $("where").textContent = `${(from + 1).toLocaleString("en")}–${last.toLocaleString("en")}`;
    $("back").disabled = from === 0;
    $("on").disabled = last >= found.total;
  }

  const passed = (row) => facets.names[row[4]] === "passed";
  const scored = (row) => !["unscored", "not judged"].includes(facets.names[row[4]]);
  const mark = (row) => (passed(row) ? "✓" : scored(row) ? "✗" : "–");
  const kind = (row) => (passed(row) ? "good" : scored(row) ? "bad" : "none");

  function entry(row) {
    const [number, task, cell, index, state, score] = row;
    const button = make("button", { type: "button", "data-number": number },
      make("span", { class: `state ${kind(row)}`, "aria-hidden": "true" }, mark(row)),
      make("span", { class: "what" }, ...visible(facets.tasks[task][0]), make("small", {}, ...visible(`${facets.cells[cell]}, sample ${index}`))),
      make("span", { class: "how" }, facets.names[state], make("small", {}, score === null ? "" : score.toFixed(2))));
    if (number === chosen) button.setAttribute("aria-current", "true");
    return make("li", {}, button);
  }

  // ---- one sample

  async function show(number, focus = false) {
    chosen = number;
    for (const button of $("found").querySelectorAll("button")) {
      if (Number(button.dataset.number) === number) button.setAttribute("aria-current", "true");
      else button.removeAttribute("aria-current");
    }
    const answer = await source.sample(number);
    if (chosen !== number) return;
    if (!answer) {
      $("sample").replaceChildren(make("p", { class: "reason" }, "This sample is not in the file. 'evalkit view' shows all of them."));
      return;
    }
    const { row, record } = answer;
    const panels = [["Code", codePanel(record)], ["Prompt", textPanel(record.prompt)], ["Raw → extracted → executed", textsPanel(record)]];
    if (record.near) panels.push(["Against a passing sample", differencePanel(record.near)]);
    $("sample").replaceChildren(
      make("h3", {}, ...visible(facets.tasks[row[1]][1])),
      make("p", { class: "cell" }, ...visible(record.name), `; ${record.counts[0].toLocaleString("en")} tokens of prompt, ${record.counts[1].toLocaleString("en")} drawn, ended by ${record.stop.replaceAll("_", " ")}`),
      verdicts(row, record), ...tabs(panels));
    if (focus) $("sample").focus({ preventScroll: false });
  }

  function verdicts(row, record) {
    const told = new Map(facets.requirements.filter(([task]) => task === row[1]).map(([, id, sort, text]) => [id, [sort, text]]));
    const items = record.verdicts.map(([test, requirement, example, status, message]) => {
      const good = status === "passed";
      const [sort, text] = told.get(requirement) ?? ["", ""];
      const head = make("span", {}, make("span", { class: `state ${good ? "good" : status === "unscored" ? "none" : "bad"}` }, good ? "✓ " : "✗ "),
        make("code", {}, ...visible(test)), ` ${status.replaceAll("_", " ")}${example ? " (an example)" : ""}: `, ...visible(`${requirement}${sort ? `, ${sort}` : ""}. ${text}`));
      return make("li", {}, head, message ? make("pre", { class: "message", tabindex: 0 }, ...visible(message)) : null);
    });
    const bad = record.verdicts.filter((verdict) => verdict[3] !== "passed").length;
    const summary = bad ? `${bad} of ${items.length} tests did not pass` : items.length ? `All ${items.length} tests passed` : "Not judged yet";
    const details = make("details", { class: "verdicts" }, make("summary", {}, summary), make("ul", { tabindex: 0, "aria-label": "Tests" }, ...items));
    details.open = bad > 0;
    return details;
  }

  function tabs(panels) {
    const bar = make("div", { role: "tablist", class: "tabs", "aria-label": "Views of the sample" });
    const pick = (at, focus) => {
      [...bar.children].forEach((tab, other) => {
        tab.setAttribute("aria-selected", String(other === at));
        tab.tabIndex = other === at ? 0 : -1;
        panels[other][1].hidden = other !== at;
      });
      if (focus) bar.children[at].focus();
    };
    panels.forEach(([title, panel], at) => {
      const tab = make("button", { type: "button", role: "tab", id: `tab-${at}`, "aria-controls": `panel-${at}` }, title);
      tab.addEventListener("click", () => pick(at, false));
      tab.addEventListener("keydown", (event) => {
        const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
        if (step) pick((at + step + panels.length) % panels.length, true);
      });
      panel.id = `panel-${at}`;
      panel.setAttribute("role", "tabpanel");
      panel.setAttribute("aria-labelledby", `tab-${at}`);
      bar.append(tab);
    });
    pick(0, false);
    return [bar, ...panels.map(([, panel]) => panel)];
  }

  const textPanel = (text) => make("div", {}, make("pre", { tabindex: 0 }, ...visible(text)));

  // Lines of a program with numbers; the pointed one is marked.
  function program(text, point) {
    const lines = text.split("\n").map((line, at) => {
      const is = point && point[0] === at + 1;
      return make("span", { class: is ? "line pointed" : "line" }, make("span", { class: "n", "aria-hidden": "true" }, String(at + 1)), ...visible(line), is ? make("span", { class: "why" }, `  ← ${point[1]}`) : null, "\n");
    });
    return make("pre", { tabindex: 0, class: "numbered" }, ...lines);
  }

  function textsPanel(record) {
    const cuts = record.cuts.length ? make("p", { class: "cell" }, "Cut or added: ", ...visible(record.cuts.join("; ")), ".") : null;
    const column = (title, text, body) => make("div", {}, make("h4", {}, title), text === null ? make("p", { class: "reason" }, "Nothing was found.") : body());
    return make("div", {}, cuts, make("div", { class: "three" },
      column("Raw", record.completion, () => make("pre", { tabindex: 0 }, ...visible(record.completion))),
      column("Extracted", record.extracted, () => make("pre", { tabindex: 0 }, ...visible(record.extracted))),
      column("Executed", record.solution, () => program(record.solution, record.point))));
  }

  function differencePanel(near) {
    const [theirs, mine] = [near.code.split("\n"), near.mine.split("\n")];
    const line = (sign, text) => make("span", { class: `line ${{ "+": "added", "-": "removed", " ": "same" }[sign]}` }, `${sign} `, ...visible(text), "\n");
    const lines = near.changes.flatMap(([change, a, b, c, d]) => (change === "equal"
      ? theirs.slice(a, b).map((text) => line(" ", text))
      : [...theirs.slice(a, b).map((text) => line("-", text)), ...mine.slice(c, d).map((text) => line("+", text))]));
    return make("div", {}, make("p", { class: "cell" }, "− ", ...visible(near.name), ", the passing sample with most lines in common; + this one"), make("pre", { tabindex: 0 }, ...lines));
  }

  // ---- the answer, each token coloured by how much it surprised the model

  const level = (surprisal) => [10.5, 36, 92, 190, 350].filter((border) => surprisal >= border).length;

  function about(tokens, at, text) {
    const p = Math.exp(-tokens.surprisal[at] / 100);
    const others = (tokens.others[at] ?? []).map(([other, share]) => `${typeof other === "string" ? `“${plain(other)}”` : `token ${other}`} ${percent(share / 1000)}`);
    return `“${plain(text)}”\nprobability ${percent(p)}, rank ${tokens.ranks[at] ?? 1}, surprisal ${(tokens.surprisal[at] / 100).toFixed(2)} nats${others.length ? `\ninstead: ${others.join(", ")}` : ""}`;
  }

  function pointedAt(record) {
    // The line of the answer that became the pointed line of the program: the same text, as often before.
    if (!record.point || record.solution === null) return -1;
    const program = record.solution.split("\n").map((line) => line.trim());
    const wanted = program[record.point[0] - 1];
    if (!wanted) return -1;
    const before = program.slice(0, record.point[0] - 1).filter((line) => line === wanted).length;
    const [start, end] = record.span;
    let position = 0, seen = 0;
    for (const [at, line] of record.completion.split("\n").entries()) {
      const length = Array.from(line).length + 1;
      if (position + length > start && position < end && line.trim() === wanted && seen++ === before) return at;
      position += length;
    }
    return -1;
  }

  // Where this sample left one of its prompt that keeps what this one broke.
  function forks(record) {
    if (!record.forks.length) return null;
    const token = ([text, share, rank]) => [make("code", {}, plain(text).replaceAll(" ", "·") || "∅"), ` (${percent(share / 1000)}, rank ${rank})`];
    return make("ul", { class: "forks", "aria-label": "Where it left samples that keep a requirement" }, ...record.forks.map((fork) => {
      const there = make("button", { type: "button" }, ...visible(fork.name));
      there.addEventListener("click", () => show(fork.number, true).catch(fail));
      return make("li", {}, `Token ${fork.at + 1}: drew `, ...token(fork.drawn), ", not ", ...token(fork.there), " as ", there,
        " did, which keeps ", ...fork.requirements.flatMap((name, at) => [at ? ", " : "", make("code", {}, ...visible(name))]),
        fork.there[3] ? ": " : "", fork.there[3] ? make("code", {}, ...visible(fork.there[3])) : "");
    }));
  }

  function codePanel(record) {
    const parting = new Set(record.forks.map((fork) => fork.at));
    const characters = Array.from(record.completion);
    const { lengths, surprisal } = record.tokens;
    const pointed = pointedAt(record);
    const [start, end] = record.span;
    const pre = make("pre", { class: "code", tabindex: 0, "aria-label": "The answer; arrow keys go from token to token" });
    let line = null, row = -1, position = 0;
    const newLine = () => {
      row += 1;
      line = make("span", { class: row === pointed ? "line pointed" : "line" });
      pre.append(line);
    };
    const put = (text, at) => {
      text.split("\n").forEach((part, piece) => {
        if (piece) { line.append("\n"); newLine(); }
        if (!part) return;
        const outside = end > start && (position + Array.from(text).length <= start || position >= end) ? " outside" : "";
        line.append(at < 0 ? make("span", { class: `plain${outside}` }, ...visible(part))
          : make("span", { class: `t s${level(surprisal[at])}${outside}${parting.has(at) ? " fork" : ""}`, "data-at": at }, ...visible(part)));
      });
      position += Array.from(text).length;
    };
    newLine();
    lengths.forEach((length, at) => put(characters.slice(position, position + length).join(""), at));
    if (position < characters.length) put(characters.slice(position).join(""), -1);
    if (pointed >= 0) pre.children[pointed].append(make("span", { class: "why" }, `  ← ${record.point[1]}`));
    watch(pre, record);
    const hint = record.point && pointed < 0 ? make("p", { class: "cell" }, `The test points at line ${record.point[0]} of the executed program: ${record.point[1]}.`) : null;
    return make("div", {}, lengths.length ? legend() : make("p", { class: "reason" }, "No log-probabilities were recorded."), hint, forks(record), pre);
  }

  function legend() {
    const names = ["90 % or more", "70", "40", "15", "3", "less"];
    return make("p", { class: "legend", "aria-label": "Colours: the probability of each token" }, "probability of the token: ", ...names.map((name, at) => make("span", { class: `t s${at}` }, name)));
  }

  function watch(pre, record) {
    let current = -1;
    const tokens = record.tokens;
    const text = (at) => {
      const begin = tokens.lengths.slice(0, at).reduce((sum, length) => sum + length, 0);
      return Array.from(record.completion).slice(begin, begin + tokens.lengths[at]).join("");
    };
    pre.addEventListener("pointermove", (event) => {
      const token = event.target.closest("[data-at]");
      if (token) window.tell(about(tokens, Number(token.dataset.at), text(Number(token.dataset.at))), event.clientX, event.clientY);
      else window.untell();
    });
    pre.addEventListener("pointerleave", window.untell);
    pre.addEventListener("blur", () => { window.untell(); pre.querySelector(".current")?.classList.remove("current"); });
    pre.addEventListener("keydown", (event) => {
      const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (!step) return;
      event.preventDefault();
      const all = [...pre.querySelectorAll("[data-at]")];
      current = Math.max(0, Math.min(all.length - 1, current + step));
      pre.querySelector(".current")?.classList.remove("current");
      const token = all[current];
      if (!token) return;
      token.classList.add("current");
      token.scrollIntoView({ block: "nearest", inline: "nearest" });
      const box = token.getBoundingClientRect();
      window.tell(about(tokens, Number(token.dataset.at), text(Number(token.dataset.at))), box.left, box.bottom - 12);
    });
  }

  // ---- what the reader does

  form.addEventListener("change", (event) => {
    if (event.target.name === "task") requirements();
    from = 0;
    find().catch(fail);
  });
  form.addEventListener("reset", () => setTimeout(() => { requirements(); from = 0; find().catch(fail); }));
  form.addEventListener("submit", (event) => event.preventDefault());
  $("found").addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (button) show(Number(button.dataset.number), matchMedia("(max-width: 52rem)").matches).catch(fail);
  });
  $("found").addEventListener("keydown", (event) => {
    const step = { ArrowDown: "nextElementSibling", ArrowUp: "previousElementSibling" }[event.key];
    const next = step && event.target.closest("li")?.[step]?.firstChild;
    if (!next) return;
    event.preventDefault();
    next.focus();
    show(Number(next.dataset.number)).catch(fail);
  });
  $("back").addEventListener("click", () => { from = Math.max(0, from - PAGE); find().catch(fail); });
  $("on").addEventListener("click", () => { from += PAGE; find().catch(fail); });

  // ---- marks of charts that stand for samples: links to '#samples?task=...&requirement=...&cell=...'

  const links = [...document.querySelectorAll(".drawing svg a")].filter((link) => link.href.baseVal.startsWith("#samples?"));

  async function follow() {
    if (!location.hash.startsWith("#samples?")) return;
    const wanted = new URLSearchParams(location.hash.slice("#samples?".length));
    const task = facets.tasks.findIndex(([id]) => id === wanted.get("task"));
    const requirement = facets.requirements.findIndex(([of, id]) => of === task && id === wanted.get("requirement"));
    const cell = facets.cells.indexOf(wanted.get("cell"));
    const chosen = { task, cell, requirement, status: "", order: "plan" };
    for (const name of ["task", "cell", "status", "order"]) form[name].value = chosen[name] === -1 ? "" : chosen[name];
    requirements();
    form.requirement.value = requirement === -1 ? "" : requirement;
    from = 0;
    await find();
    $("explorer").scrollIntoView();
    ($("found").querySelector("button") ?? form.task).focus({ preventScroll: true });
  }

  // The links of a chart are one stop of the tab key; arrow keys go from mark to mark, as far as the next row or column.
  function moved(link, key) {
    const of = (each, name) => new URLSearchParams(each.href.baseVal.slice("#samples?".length)).get(name);
    const row = (each) => `${of(each, "task")} ${of(each, "requirement")}`;
    const mine = links.filter((each) => each.ownerSVGElement === link.ownerSVGElement);
    const same = key === "ArrowRight" || key === "ArrowLeft" ? row : (each) => of(each, "cell");
    const line = mine.filter((each) => same(each) === same(link));
    return line[line.indexOf(link) + (key === "ArrowRight" || key === "ArrowDown" ? 1 : -1)];
  }

  for (const link of links) {
    link.tabIndex = links.find((each) => each.ownerSVGElement === link.ownerSVGElement) === link ? 0 : -1;
    link.setAttribute("aria-label", link.firstChild.getAttribute("aria-label"));
    link.addEventListener("click", (event) => {
      event.preventDefault();
      if (location.hash === link.href.baseVal) follow().catch(fail);
      else location.hash = link.href.baseVal;
    });
    link.addEventListener("keydown", (event) => {
      if (!event.key.startsWith("Arrow")) return;
      event.preventDefault();
      const next = moved(link, event.key);
      if (!next) return;
      link.tabIndex = -1;
      next.tabIndex = 0;
      next.focus({ preventScroll: true });
    });
    link.addEventListener("focus", () => {
      if (!link.matches(":focus-visible")) return;
      link.scrollIntoView({ block: "nearest", inline: "nearest", behavior: "instant" });  // or the words would stay behind
      const box = link.getBoundingClientRect();
      window.tell(link.getAttribute("aria-label"), box.left, box.bottom - 12);
    });
    link.addEventListener("blur", window.untell);
  }
  addEventListener("hashchange", () => follow().catch(fail));

  function fail(error) {
    $("count").textContent = `The samples could not be shown: ${error.message}`;
  }

  async function begin() {
    if (!("DecompressionStream" in window)) throw new Error("this browser cannot open compressed data; take a newer one");
    facets = await source.facets();
    fill();
    if (location.hash.startsWith("#samples?")) await follow();
    else await find();
    document.documentElement.dataset.ready = "true";
  }
  begin().catch(fail);
})();
