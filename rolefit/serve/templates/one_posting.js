"use strict";

/* One posting on the page: its verdict beside the text box, its lines, how to rewrite it, drafts, and sharing. */
(() => {
  const { make, badge, figures, fromVerdict, languageNote, overlap, percent, signed, silentLines, themeOf } = Posting;
  const { find, about, ask, send, callout, kept, keep, DESK, marks, chooser, corrected } = Page;
  const { box, title } = Editor;
  const panel = find("panel");
  const button = (text, act, attributes = {}) => {
    const made = make("button", { type: "button", ...attributes }, text);
    made.addEventListener("click", act);
    return made;
  };
  const result = ({ label, confidence }) => (label === about.labels[3] ? label : `${label}, ${percent(confidence)} sure`);
  let [latest, taken] = [null, null];

  /** Put other parts into an element; when a button in it had the focus, one like it gets the focus, or else `other`. */
  const redrawn = (element, parts, other) => {
    const held = element.contains(document.activeElement) ? document.activeElement : null;
    const alike = held && (held.id ? `#${held.id}` : [held.localName, ...held.classList].join("."));
    const at = held && [...element.querySelectorAll(alike)].indexOf(held);
    element.replaceChildren(...parts);
    if (!held) return;
    const found = [...element.querySelectorAll(alike)];
    (found[Math.min(at, found.length - 1)] ?? other).focus({ preventScroll: true });
  };

  /* ---- the verdict ---- */

  const sentences = (answer) => {
    const parts = [make("p", { class: "verdict" }, badge(latest.label, about.labels), ` ${latest.what} Why: ${latest.why}.`)];
    const titled = latest.on_title && [latest.on_title, ...(latest.title ? [": “", make("bdi", {}, latest.title), "”"] : []), "."];
    if (latest.mismatch) parts.push(make("p", { class: "callout" }, ...titled));
    else if (titled) parts.push(make("p", { class: "on-title" }, ...titled));
    if (answer.counted) parts.push(make("p", { class: "callout", id: "counted" }, "Counted as you say: ", badge(answer.counted.label, about.labels), ` ${percent(answer.counted.confidence)} sure.`));
    parts.push(make("p", { class: "next" }, make("b", {}, "Next: "), Words.next(latest)));
    if (answer.retitled) {
      const { title: name } = answer.retitled;
      const [id, lead] = latest.mismatch ? ["retitle", "Title it"] : ["keep-mixed", "Keep it mixed: title it"];
      parts.push(make("p", {}, button(`${lead} “${name}”`, () => Editor.put("title", box.value, name), { id }), make("span", { class: "about" }, ` With it: ${result(answer.retitled)}.`)));
    }
    const look = Posting.doubts(latest);
    if (look.length) parts.push(make("p", { class: "look" }, make("b", {}, "For review: "), `${look.join("; ")}.`));
    return parts;
  };

  const drawFigures = () => {
    const parts = [...figures(latest, about.labels), make("p", { class: "about" }, `${latest.reason[0].toUpperCase()}${latest.reason.slice(1)}.`)];
    if (latest.flip && latest.flip.length) {
      const which = latest.flip.length === 1 ? "this one line" : `these ${latest.flip.length} lines`;
      parts.push(make("p", {}, `Without ${which} the label would be ${latest.flip_label}:`), make("ul", { class: "flip" }, ...latest.flip.map((index) => make("li", {}, make("bdi", {}, latest.lines[index].text)))));
    }
    find("figures").lastElementChild.replaceChildren(...parts);
  };

  /** What product people ask of a posting, answered by its lines. */
  const drawQuestions = () => {
    const answers = latest.questions.flatMap(([question, places]) => {
      const said = places.length ? ["The person sought: ", ...places.map((at) => make("button", { type: "button", class: "quoted", "data-line": at }, make("bdi", {}, latest.lines[at].text)))] : ["The posting does not say."];
      return [make("dt", {}, question), make("dd", {}, ...said)];
    });
    find("questions").hidden = !answers.length || !latest.lines.length;
    find("questions").lastElementChild.replaceChildren(...answers);
  };
  find("questions").addEventListener("click", (event) => {
    const quoted = event.target.closest(".quoted");
    if (quoted) show(Number(quoted.dataset.line));
  });

  /* ---- the lines: one tab stop for the list, arrow keys within it ---- */

  const lines = find("lines");
  const silent = find("silent");
  const opened = new Set();
  let drawn = "";

  const choose = chooser("verdict", () => title.value.trim() || taken || "pasted");
  const wrong = (line, role) => make("details", { class: "wrong" }, make("summary", {}, "Read wrongly?"), make("p", { class: "about" }, "Say what the line is. The verdict stays, what would follow is shown beside it, and the corrections below are for retraining."), choose(DESK, line, role), make("p", { class: "follows" }));

  const open = (item, is) => {
    const head = item.querySelector(".line");
    head.setAttribute("aria-expanded", is);
    item.querySelector(".more").hidden = !is;
    opened[is ? "add" : "delete"](head.dataset.line);
  };

  const lineItem = (line, index) => {
    const head = make("button", { type: "button", class: "line", id: `line-${index + 1}`, tabindex: index ? "-1" : "0", "aria-expanded": "false", "aria-controls": `more-${index + 1}` }, make("b", { class: "tag", "data-side": line.side }, line.role), make("span", {}, make("bdi", {}, line.text), make("span", { class: "about" }, themeOf(line))));
    head.dataset.line = line.text;
    const more = make("div", { class: "more", id: `more-${index + 1}`, hidden: "" });
    if (line.articles.length) more.append(make("p", {}, `Said by ${line.articles.map((id) => (about.articles[id] ? `${id}, ${about.articles[id]}` : id)).join("; ")}.`));
    if (line.given_to_both.length) more.append(make("p", {}, overlap(line)));
    if (line.statement) more.append(make("p", {}, "Most like “", line.statement.replace(/\.$/, ""), "”."));
    more.append(make("p", { class: "about" }, `Share of the balance ${signed(line.contribution, 3)}${line.effect === null ? "" : `; without this line it would move by ${signed(line.effect, 3)}`}.`), make("p", {}, button("Show it in the text", () => show(index), { class: "small" })), wrong(line.text, line.role));
    const item = make("li", {}, head, more);
    head.addEventListener("click", () => open(item, more.hidden));
    return item;
  };

  const show = (index) => {
    shut();
    Editor.go(index);
  };

  const drawLines = () => {
    const now = JSON.stringify([latest.lines, latest.text]);
    if (now === drawn) return;
    drawn = now;
    marks.verdict = [];
    const held = lines.contains(document.activeElement) ? document.activeElement.id : "";
    const items = latest.lines.map(lineItem);
    lines.replaceChildren(...items);
    for (const item of items) if (opened.has(item.firstChild.dataset.line)) open(item, true);
    find("lines-heading").textContent = latest.lines.length ? `The lines that count (${latest.lines.length})` : "No line counts";
    find("lines-help").hidden = !latest.lines.length;
    const others = silentLines(latest);
    silent.hidden = !others.length;
    silent.firstElementChild.textContent = `Lines that do not count (${others.length})`;
    silent.lastElementChild.replaceChildren(...others.map((line) => make("li", {}, make("b", { class: "tag", "data-side": "unclear" }, "none"), make("div", {}, make("bdi", {}, line), wrong(line, "none")))));
    if (held) find(held)?.focus({ preventScroll: true });
  };

  const rove = (to) => {
    for (const head of lines.querySelectorAll(".line")) head.tabIndex = head === to ? 0 : -1;
    to.focus();
  };
  lines.addEventListener("keydown", (event) => {
    if (!event.target.matches(".line")) return;
    const heads = [...lines.querySelectorAll(".line")];
    const at = heads.indexOf(event.target);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: heads.length - 1 }[event.key];
    if (heads[to] === undefined) return;
    event.preventDefault();
    rove(heads[to]);
  });

  /** Point out a line in the text and in the list. */
  const point = (index) => {
    for (const element of document.querySelectorAll(".now")) element.classList.remove("now");
    find(`mark-${index + 1}`)?.classList.add("now");
    const head = find(`line-${index + 1}`);
    if (!head) return;
    head.parentElement.classList.add("now");
    const [{ top, bottom }, frame] = [head.getBoundingClientRect(), panel.getBoundingClientRect()];
    if (top < frame.top || bottom > frame.bottom) panel.scrollTop += top - frame.top - frame.height / 3;
  };
  box.addEventListener("mousemove", (event) => point(Editor.lineAt(event.clientX, event.clientY)));
  box.addEventListener("mouseleave", () => point(-1));
  document.addEventListener("selectionchange", () => {
    if (document.activeElement === box) point(Editor.lineAtCaret());
  });
  lines.addEventListener("mouseover", (event) => {
    const head = event.target.closest("li")?.querySelector(".line");
    find(head?.id.replace("line-", "mark-") ?? "")?.classList.add("now");
  });
  lines.addEventListener("mouseout", () => point(-1));
  lines.addEventListener("focusin", (event) => event.target.matches(".line") && point(Number(event.target.id.slice(5)) - 1));

  /* ---- how to make it one role's: worked out when it is opened ---- */

  const rewrites = [...document.querySelectorAll(".toward")];
  let later = null;

  const planned = (plan, role) => {
    const out = plan.take_out === 1 ? "take out or reword the first line below" : `take out or reword the first ${plan.take_out} lines below`;
    const add = plan.add === 1 ? "add the first theme" : `add the first ${plan.add} themes`;
    const all = [plan.take_out ? out : "", plan.add ? add : ""].filter(Boolean).join(" and ");
    return make("p", { class: "plan" }, `To make this a ${about.names[role]}’s posting: ${all}. Then it is ${result(plan)}. `, button("Do all of it", () => Editor.edit("rewriting", plan.edits), { class: "do-all" }));
  };

  const drawRewrite = (details, found, text) => {
    const { role } = details.dataset;
    const [other] = about.roles.filter((one) => one !== role);
    // Offsets hold for the text that they were made for, and for no other.
    const apply = (what, edits) => () => (box.value === text ? Editor.edit(what, edits) : undefined);
    const parts = [found.reached ? make("p", { class: "plan" }, `It is ${result(latest)}: nothing needs to change.${found.against.length + found.missing.length ? " This would make it plainer still." : ""}`) : found.plan ? planned(found.plan, role) : make("p", { class: "plan" }, "None of these changes, nor all of them together, make it so. Start from the model posting instead.")];
    if (found.against.length)
      parts.push(
        make("h3", {}, `Lines that point to a ${about.names[other]}, the strongest first`),
        make("ol", { class: "against", role: "list" }, ...found.against.map((removal) => make("li", {}, make("bdi", {}, latest.lines[removal.line].text), make("span", { class: "about" }, `Without it: ${result(removal)}.`), make("span", { class: "buttons" }, button("Show", () => show(removal.line), { class: "small", "aria-label": "Show it in the text" }), button("Take out", apply("taking out", removal.edits), { class: "small take-out" }))))),
      );
    if (found.missing.length)
      parts.push(
        make("h3", {}, `Themes of a ${about.names[role]} that no line has, the most useful first`),
        make("ol", { class: "missing", role: "list" }, ...found.missing.map((addition) => make("li", {}, make("b", {}, addition.theme_words), make("q", {}, addition.statement), make("span", { class: "about" }, `With it: ${result(addition)}. Said by ${addition.articles.join(", ")}.`), make("span", { class: "buttons" }, button("Insert", apply("insert", addition.edits), { class: "small insert" }))))),
      );
    if (found.set_aside.length)
      parts.push(
        make("h3", {}, "Lines that do not count: they say that it is not this person’s work"),
        make("ul", { class: "set-aside", role: "list" }, ...found.set_aside.map((aside) => make("li", {}, make("bdi", {}, aside.text), make("span", { class: "about" }, `“${aside.sign}” says so.`)))),
      );
    redrawn(details.lastElementChild, parts, details.firstElementChild);
  };

  const rewrite = async (details) => {
    const posting = latest;
    if (!posting || !details.open) return;
    const { role } = details.dataset;
    try {
      const found = await (await send("/toward", { text: posting.text, title: posting.title, role })).json();
      if (posting === latest && posting.text === box.value) drawRewrite(details, found, posting.text);
    } catch (error) {
      details.lastElementChild.replaceChildren(callout(error.message));
    }
  };
  const rewriteSoon = () => {
    clearTimeout(later);
    later = setTimeout(() => rewrites.forEach(rewrite), 250);
  };
  for (const details of rewrites)
    details.addEventListener("toggle", () => {
      if (!details.open) return;
      details.lastElementChild.replaceChildren(make("p", { class: "about" }, "Working it out …"));
      rewrite(details);
    });

  /* ---- reading ---- */

  const said = find("said");
  /** Speak, to a screen reader, only when there is something else to say: how sure a label is may change with each letter. */
  const speak = (answer) => {
    const label = answer ? [latest.label, answer.counted?.label].filter(Boolean).join(", counted as you say: ") : "";
    const sentence = answer ? `${label}. ${latest.what}` : "";
    const spoken = answer && latest.label === about.labels[3] ? sentence : label;
    if (said.dataset.spoken === spoken) return;
    said.dataset.spoken = spoken;
    said.textContent = sentence;
  };

  const drawHints = (answer, same) => {
    const found = answer ? answer.hints.map(({ sentence }) => make("p", { class: "callout" }, sentence)) : [];
    const abroad = answer?.language;
    if (abroad) found.push(make("div", { id: "language" }, languageNote(abroad, latest.text)));
    if (answer && !same) found.push(make("p", { class: "callout" }, "This is the source of a page. ", button("Show it as a reader sees it", () => Editor.put("showing it as text", latest.text.trim()), { id: "as-text" })));
    const hints = find("hints");
    const before = hints.dataset.of;
    hints.dataset.of = JSON.stringify([answer?.hints, abroad, same]);
    if (before !== hints.dataset.of) hints.replaceChildren(...found);
  };

  const drawChip = () => {
    const chip = find("chip");
    chip.hidden = !latest;
    if (latest) chip.replaceChildren(badge(latest.label, about.labels), ` ${latest.mismatch ? "Title disagrees" : `${latest.lines.length} ${latest.lines.length === 1 ? "line" : "lines"}`}`);
  };

  const draw = (answer) => {
    latest = { ...fromVerdict(answer.verdict, about), cause: Words.causeOf(answer) };
    taken = answer.title_taken;
    const same = Editor.mark(latest);
    redrawn(find("verdict"), sentences(answer), panel);
    drawFigures();
    drawQuestions();
    find("print-title").textContent = latest.title || "Posting without a title";
    find("taken").hidden = !taken;
    find("taken").firstElementChild.textContent = taken ? `Title taken from the first line: “${taken}”. ` : "";
    for (const part of document.querySelectorAll(".when-read")) part.hidden = false;
    for (const details of rewrites) details.hidden = !answer.can_be_rewritten;
    drawLines();
    // The verdict may have scrolled out of sight while a reader corrects a line far below it.
    for (const said of panel.querySelectorAll(".follows")) said.textContent = answer.counted && said.parentElement.querySelector("[data-changed]") ? find("counted").textContent : "";
    drawHints(answer, same);
    drawChip();
    drawDrafts();
    speak(answer);
    if (answer.can_be_rewritten && rewrites.some((details) => details.open)) rewriteSoon();
  };

  /** Show a sentence in place of a verdict. */
  const without = (sentence) => {
    [latest, taken, drawn] = [null, null, ""];
    Editor.unmark();
    lines.replaceChildren();
    find("verdict").replaceChildren(sentence);
    find("taken").hidden = true;
    for (const part of document.querySelectorAll(".when-read")) part.hidden = true;
    drawHints(null, true);
    drawChip();
    drawDrafts();
    speak(null);
  };
  const nothing = () => without(make("p", { class: "nothing" }, "The verdict will appear here, with the lines that decide it."));

  let asking = false;
  let again = false;
  /** Send one request at a time, then the newest text, so that answers arrive in order. */
  const read = async () => {
    if (asking) {
      again = true;
      return;
    }
    asking = true;
    do {
      again = false;
      if (!box.value.trim()) {
        nothing();
        continue;
      }
      try {
        const answer = await (await send("/posting", { text: box.value, title: title.value || null, corrections: corrected(box.value), figures: find("figures").open })).json();
        if (box.value.trim()) draw(answer);
        else nothing();
      } catch (error) {
        without(callout(error.message));
      }
    } while (again);
    asking = false;
  };

  find("editor").addEventListener("submit", (event) => event.preventDefault());
  box.addEventListener("input", read);
  title.addEventListener("input", read);
  Page.onCorrection(read);
  find("figures").addEventListener("toggle", () => find("figures").open && latest && read());
  find("clear").addEventListener("click", () => {
    for (const details of rewrites) details.open = false;
    Editor.put("Clear", "", "");
  });
  find("example").addEventListener("click", () => Editor.put("example", about.example.text, about.example.title));
  for (const start of document.querySelectorAll("[data-model]")) {
    const model = about.models[start.dataset.model];
    start.addEventListener("click", () => Editor.put("model posting", model.text, model.title));
  }
  find("take").addEventListener("click", () => {
    Editor.put("title", box.value, taken ?? "");
    title.focus();
  });

  /** Turn pasted HTML into the text that a reader sees, with lists and headings on lines of their own. */
  box.addEventListener("paste", async (event) => {
    const formatted = event.clipboardData.getData("text/html");
    if (!formatted) return;
    const plain = event.clipboardData.getData("text/plain");
    event.preventDefault();
    let text = plain;
    try {
      const answer = await (await send("/classify", { text: formatted, title: null })).json();
      if (answer.text !== formatted) text = answer.text.trim();
    } catch {
      // Too large or unreadable: use the plain text that came with it; if that is no better, its own error shows.
    }
    Editor.type(box, text, box.selectionStart, box.selectionEnd);
  });

  /* ---- the chip of a phone, which opens the verdict ---- */

  const chip = find("chip");
  const shut = () => {
    panel.classList.remove("open");
    chip.setAttribute("aria-expanded", "false");
  };
  chip.addEventListener("click", () => chip.setAttribute("aria-expanded", panel.classList.toggle("open")));
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !panel.classList.contains("open")) return;
    shut();
    chip.focus();
  });

  /* ---- drafts ---- */

  const drafts = kept.drafts ?? [];
  const [left, right] = [find("draft-left"), find("draft-right")];
  const draftOf = () => ({ text: box.value, title: title.value, label: latest.label, confidence: latest.confidence, lines: latest.lines.map(({ text, role }) => ({ text, role })) });
  const named = (draft, name) => `${name}: ${draft.label}`;
  const chosen = (select) => (select.value === "now" ? (latest ? draftOf() : null) : drafts[Number(select.value)]);

  const side = (draft, other) => {
    const before = new Map(other.lines.map((line) => [line.text, line.role]));
    const said = ({ text, role }) => {
      const was = before.get(text);
      return was === undefined ? "only here" : was === role ? "" : `${was} there`;
    };
    // Lines that differ stand first: a posting may have thirty that do not.
    const ordered = [...draft.lines].sort((a, b) => !said(a) - !said(b));
    const items = ordered.map((line) => {
      const note = said(line);
      return make("li", note ? { class: "differs" } : {}, make("b", { class: "tag", "data-side": Posting.kindOf(line.role, about.labels) }, line.role), make("bdi", {}, line.text), ...(note ? [make("i", {}, ` (${note})`)] : []));
    });
    return make("td", {}, make("ul", { role: "list" }, ...items));
  };

  const drawDrafts = () => {
    find("drafts").hidden = !drafts.length;
    find("keep-draft").setAttribute("aria-disabled", !latest);
    if (!drafts.length || !find("drafts").open) return;
    const [a, b] = [chosen(left), chosen(right)];
    const table = find("compared");
    table.hidden = !(a && b);
    if (table.hidden) return;
    const row = (name, make_) => make("tr", {}, make("th", { scope: "row" }, name), make_(a, b), make_(b, a));
    const cell = (text, differs) => make("td", differs ? { class: "differs" } : {}, make("bdi", {}, text));
    table.tBodies[0].replaceChildren(
      row("Label", (one, two) => make("td", one.label === two.label ? {} : { class: "differs" }, badge(one.label, about.labels), ` ${percent(one.confidence)} sure`)),
      row("Title", (one, two) => cell(one.title || "none", one.title !== two.title)),
      row("Lines that count", side),
    );
  };

  const listDrafts = () => {
    const options = () => [...drafts.map((draft, index) => make("option", { value: index }, named(draft, `Draft ${index + 1}`))), make("option", { value: "now" }, "The posting now")];
    for (const select of [left, right]) {
      const value = select.value;
      select.replaceChildren(...options());
      if (value) select.value = value;
    }
    if (drafts.length) left.value = String(drafts.length - 1);
    right.value = "now";
  };
  find("keep-draft").addEventListener("click", () => {
    if (!latest) return;
    drafts.push(draftOf());
    if (drafts.length > 9) drafts.shift();
    keep({ drafts });
    listDrafts();
    find("drafts").open = true;
    drawDrafts();
    tell(`Kept as draft ${drafts.length}.`);
  });
  for (const select of [left, right]) select.addEventListener("change", drawDrafts);
  find("drafts").addEventListener("toggle", drawDrafts);
  find("bring-back").addEventListener("click", () => {
    const draft = chosen(left);
    if (draft) Editor.put("bringing a draft back", draft.text, draft.title);
  });

  /* ---- sharing ---- */

  const tell = (sentence) => {
    find("told").textContent = sentence;
  };
  /** Copy without the clipboard's own interface, which pages that other machines open do not have. */
  const copy = (types) => {
    const take = (event) => {
      event.preventDefault();
      event.stopImmediatePropagation();
      for (const [type, text] of types) event.clipboardData.setData(type, text);
    };
    document.addEventListener("copy", take, { capture: true, once: true });
    const done = document.execCommand("copy");
    document.removeEventListener("copy", take, { capture: true });
    tell(done ? "Copied." : "The browser does not let this page copy.");
  };
  find("copy-text").addEventListener("click", () => latest && copy([["text/plain", Words.plain(latest)]]));
  find("copy-formatted").addEventListener("click", () => latest && copy([["text/plain", Words.plain(latest)], ["text/html", Words.shared(latest).outerHTML]]));
  /** Download what the server makes of the posting, and say so or why not. */
  const save = async (path, more, name, where, done) => {
    if (!latest) return;
    try {
      const answer = await send(path, { text: box.value, title: title.value || taken, ...more });
      Page.download(await answer.blob(), name());
      find(where).textContent = done;
    } catch (error) {
      find(where).textContent = error.message;
    }
  };
  const fileName = () => `${(latest.title || "posting").toLowerCase().replace(/[^\p{L}\p{N}]+/gu, "-").replace(/^-|-$/g, "").slice(0, 60) || "posting"}-report.html`;
  find("save-report").addEventListener("click", () => save("/posting-report.html", {}, fileName, "told", "The report is downloaded."));
  find("save-lines").addEventListener("click", () => save("/lines.csv", { corrections: corrected(box.value) }, () => "lines.csv", "corrected", "The lines are downloaded."));
  find("print").addEventListener("click", () => window.print());
  let shown = "";
  window.addEventListener("beforeprint", () => {
    shown = document.title;
    if (latest) document.title = latest.title || "Posting";
  });
  window.addEventListener("afterprint", () => {
    document.title = shown;
  });

  listDrafts();
  nothing();
  if (box.value) read();
})();
