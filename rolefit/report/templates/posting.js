"use strict";

/* Draws one posting: its verdict, the balance, its lines in place, what would change the label.

   A posting is hostile text. Nothing here takes markup: text goes into text nodes, and no address, style or
   handler is ever made from it. */
const Posting = (() => {
  const SVG = "http://www.w3.org/2000/svg";

  /** An element with attributes and children; a child that is a string becomes a text node. */
  const make = (name, attributes = {}, ...children) => {
    const element = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) if (value !== null) element.setAttribute(key, value);
    element.append(...children);
    return element;
  };

  const shape = (name, attributes) => {
    const element = document.createElementNS(SVG, name);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    return element;
  };

  const percent = (share) => `${Math.round(100 * share)}%`;
  const signed = (value, digits) => {
    const text = Math.abs(value).toFixed(digits);
    return (Number(text) === 0 ? "" : value < 0 ? "−" : "+") + text;
  };

  /** The kind of a label or a role, which decides on its colour: first, second, both, mixed or unclear; other for what is none. */
  const kindOf = (name, labels) => {
    const at = labels.findIndex((label) => label === name || label === `${name}-like`);
    return name === "both" ? "both" : ["first", "second", "mixed", "unclear"][at] ?? "other";
  };

  /** The badge of a label, or of the reason why there is none. */
  const badge = (state, labels) => make("b", { class: "badge", "data-kind": state === "no text" || state === "not read" ? "failed" : kindOf(state, labels) }, state);

  /** A scale from the second role (left) to the first (right), filled from the middle to the balance. The number is beside it. */
  const balanceBar = (balance) => {
    const bar = shape("svg", { class: "balance", "aria-hidden": "true", viewBox: "-1.04 0 2.08 10", preserveAspectRatio: "none" });
    bar.append(shape("rect", { class: "track", x: -1, y: 3, width: 2, height: 4 }));
    bar.append(shape("rect", { "data-kind": balance < 0 ? "second" : "first", x: Math.min(0, balance), y: 3, width: Math.abs(balance), height: 4 }));
    bar.append(shape("rect", { class: "middle", x: -0.004, y: 1, width: 0.008, height: 8 }));
    bar.append(shape("rect", { class: "pointer", x: balance - 0.015, y: 0, width: 0.03, height: 10 }));
    return bar;
  };

  /** A bar of parts, one for each label, as long as its share of the longest. Its numbers are its name. */
  const shares = (parts, longest, labels) => {
    const some = parts.filter(([, count]) => count);
    const bar = shape("svg", { class: "parts", role: "img", "aria-label": some.map(([name, count]) => `${name}: ${count}`).join(", "), viewBox: `0 0 ${longest} 10`, preserveAspectRatio: "none" });
    const title = shape("title", {});
    title.textContent = some.map(([name, count]) => `${name}: ${count}`).join(", ");
    bar.append(title);
    let at = 0;
    for (const [name, count] of some) {
      bar.append(shape("rect", { "data-kind": kindOf(name, labels), x: at, y: 0, width: count, height: 10 }));
      at += count;
    }
    return bar;
  };

  /** Slices by code points, which is what the offsets count; text without surrogate pairs can be sliced as it is. */
  const slicer = (text) => {
    if (!/[\ud800-\udfff]/.test(text)) return (start, end) => text.slice(start, end);
    const points = Array.from(text);
    return (start, end) => points.slice(start, end).join("");
  };

  const articleNames = (ids, articles) => ids.map((id) => (articles[id] ? `${id}, ${articles[id]}` : id)).join("; ");

  /** What is said of a line whose theme an article gives to both roles. */
  const overlap = (line) => `${line.given_to_both.join(" and ")} ${line.given_to_both.length > 1 ? "give" : "gives"} such work to both roles.`;
  const themeOf = (line) => `${line.theme_words}${line.given_to_both.length ? `, given to both roles by ${line.given_to_both.join(", ")}` : ""}`;

  /* ---- the note on a line, shown while the line is pointed at, or the line or a choice in the note has the focus ---- */

  const note = make("div", { id: "note", role: "tooltip" });
  const slip = make("div", { class: "slip", dir: "ltr", hidden: "" }, note); // the choice of the line's role, where there is one, and the note
  let noted = null;

  const choosing = () => slip.contains(document.activeElement);

  const hideNote = () => {
    if (noted) noted.removeAttribute("aria-describedby");
    noted = null;
    slip.hidden = true;
  };

  const showNote = (mark, line, articles, choice) => {
    hideNote();
    noted = mark;
    note.replaceChildren(make("p", {}, make("b", {}, line.role), ` · ${line.theme_words}`), make("p", {}, `Share of the balance ${signed(line.contribution, 3)}; without this line it would move by ${signed(line.effect, 3)}.`));
    if (line.articles.length) note.append(make("p", {}, `Said by ${articleNames(line.articles, articles)}`));
    if (line.given_to_both.length) note.append(make("p", {}, overlap(line)));
    if (line.statement) note.append(make("p", {}, "Most like “", line.statement, "”"));
    slip.replaceChildren(...choice, note);
    mark.after(slip); // so that the Tab key goes from the line to its choice
    slip.style.left = slip.style.top = "0"; // its earlier place must not limit its width
    slip.hidden = false;
    mark.setAttribute("aria-describedby", "note");
    // Below the line, or above it where there is no room; it scrolls with the text.
    const { left } = mark.getClientRects()[0];
    const { top, bottom } = mark.getBoundingClientRect();
    const fits = bottom + slip.offsetHeight < window.innerHeight || top < slip.offsetHeight;
    slip.style.left = `${window.scrollX + Math.max(8, Math.min(left, document.documentElement.clientWidth - slip.offsetWidth - 8))}px`;
    slip.style.top = `${window.scrollY + (fits ? bottom + 4 : top - slip.offsetHeight - 4)}px`;
  };

  slip.addEventListener("mouseleave", () => choosing() || noted === document.activeElement || hideNote());
  slip.addEventListener("focusout", (event) => {
    // The list of a choice may take the focus of the window, on a phone.
    if (document.hasFocus() && event.relatedTarget !== noted && !slip.contains(event.relatedTarget)) hideNote();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    if (choosing()) noted.focus();
    hideNote();
  });
  window.addEventListener("resize", () => choosing() || hideNote());
  // It is inside the posting, but must not be copied with it.
  document.addEventListener("copy", () => slip.contains(getSelection().anchorNode) || hideNote());

  const markOf = (line, text, whole, shade, id, lists) => {
    let choice = null;
    const show = () => showNote(mark, line, lists.articles, (choice ??= lists.choose ? [lists.choose(whole, line.role)] : []));
    const mark = make("mark", { id, tabindex: "0", "data-side": line.side, "data-shade": shade }, make("b", { class: "tag" }, line.role), text);
    mark.addEventListener("focus", show);
    mark.addEventListener("blur", (event) => slip.contains(event.relatedTarget) || hideNote());
    mark.addEventListener("mouseenter", () => choosing() || show());
    // The pointer may move onto the note, so that it can be read with a magnifier.
    mark.addEventListener("mouseleave", (event) => choosing() || slip.contains(event.relatedTarget) || mark === document.activeElement || hideNote());
    return mark;
  };

  /** The text with its lines marked, shaded in five steps by their contribution relative to the strongest. */
  const highlighted = (posting, lists, name) => {
    const slice = slicer(posting.text);
    const strongest = Math.max(...posting.lines.map((line) => Math.abs(line.contribution)), 1e-9);
    const text = make("div", { class: "text", dir: "auto" });
    let at = 0;
    posting.lines.forEach((line, index) => {
      const shade = Math.max(1, Math.ceil(5 * (Math.abs(line.contribution) / strongest))); // the strongest is exactly 1, so there is no sixth step
      const [start, end] = line.mark;
      text.append(slice(at, start), markOf(line, slice(start, end), slice(line.start, line.end), shade, `${name}-${index + 1}`, lists));
      at = end;
    });
    text.append(slice(at, Infinity));
    return text;
  };

  const tagged = (posting, index, name) => {
    const line = posting.lines[index];
    const text = slicer(posting.text)(line.start, line.end);
    return [make("b", { class: "tag", "data-side": line.side }, line.role), make("a", { href: `#${name}-${index + 1}` }, make("bdi", {}, text))];
  };

  const strongestFirst = (posting, lists, name) => {
    const slice = slicer(posting.text);
    return posting.lines
      .map((line, index) => [line, index])
      .sort(([a], [b]) => Math.abs(b.contribution) - Math.abs(a.contribution))
      .map(([line, index]) => {
        const facts = [themeOf(line), line.articles.join(", "), `share ${signed(line.contribution, 3)}`, `without it ${signed(line.effect, 3)}`];
        const item = make("li", {}, ...tagged(posting, index, name), make("span", { class: "about" }, facts.filter(Boolean).join(" · ")));
        if (lists.choose) item.append(lists.choose(slice(line.start, line.end), line.role));
        return item;
      });
  };

  /** The lines between those that count, without their bullets. */
  const silentLines = (posting) => {
    const slice = slicer(posting.text);
    const between = [];
    let at = 0;
    for (const line of [...posting.lines, { start: Infinity, end: Infinity }]) {
      between.push(slice(at, line.start));
      at = line.end;
    }
    const found = between.join("\n").split(/\r\n?|\n/).map((line) => line.replace(/^[\s\-*•·▪◦‣–—]+|\s+$/g, ""));
    return [...new Set(found.filter((line) => /\p{L}{2,}.*\p{L}{2,}/u.test(line)))];
  };

  const flip = (posting, name) => {
    if (!posting.flip) return [make("p", {}, posting.lines.length ? "No removal of lines would change the label." : "No line counts, so none can be removed.")];
    const which = posting.flip.length === 1 ? "this one line" : `these ${posting.flip.length} lines`;
    return [make("p", {}, `Without ${which} the label would be ${posting.flip_label}:`), make("ul", { class: "clipped", role: "list" }, ...posting.flip.map((index) => make("li", {}, ...tagged(posting, index, name))))];
  };

  /**
   * Draw a posting: its summary, and its lines.
   * posting: title, label (null: not read), balance, confidence, probabilities, what, why, on_title, mismatch, review,
   *   lines (start, end, mark, role, side, theme_words, given_to_both, contribution, effect, statement, articles), flip, flip_label, text, whole, error
   * lists: labels, articles, and optionally choose, a function (line, role) that makes an element in which a reader corrects the role;
   * level: of its headings; name: the beginning of the ids of its lines
   */
  const draw = (posting, lists, name, level) => make("div", { class: "posting" }, ...summary(posting, lists), ...(posting.label === null ? [] : [evidence(posting, lists, name, level)]));

  /** The reasons to look at a posting, but for a title that disagrees, which a callout says. */
  const doubts = (posting) => (posting.review ?? "").split("; ").filter((reason) => reason && !(posting.mismatch && reason.startsWith("the title disagrees")));

  /** What is said of a text that is not all English, in its language and in English, with its English lines (null: the text is not whole). */
  const languageNote = ({ code, own, english, lines }, text) => {
    const note = make("div", { class: "callout language" }, ...(own ? [make("p", { lang: code }, own)] : []), make("p", {}, english));
    const points = Array.from(text);
    const items = (lines ?? []).map(([start, end]) => make("li", { lang: "en" }, make("bdi", {}, points.slice(start, end).join(""))));
    if (items.length) note.append(make("details", {}, make("summary", {}, `The English lines (${items.length})`), make("ul", {}, ...items)));
    else if (lines) note.append(make("p", {}, "No line of it is English."));
    return note;
  };

  const summary = (posting, lists) => {
    const reasons = doubts(posting);
    const look = reasons.length ? [make("p", { class: "look" }, make("b", {}, "For review: "), `${reasons.join("; ")}.`)] : [];
    if (posting.label === null) return [make("p", { class: "callout" }, ...(posting.error ? ["This row could not be read: ", make("bdi", {}, posting.error)] : ["This row has no text."])), ...look];
    const parts = [
      make("p", { class: "verdict" }, badge(posting.state ?? posting.label, lists.labels), ` ${posting.what} Why: ${posting.why}.`),
    ];
    const titled = posting.on_title && [`${posting.on_title}${posting.title ? ": “" : ""}`, ...(posting.title ? [make("bdi", {}, posting.title), "”"] : []), "."];
    if (posting.mismatch) parts.push(make("p", { class: "callout" }, ...titled));
    else if (titled) parts.push(make("p", { class: "on-title" }, ...titled));
    if (posting.language) parts.push(languageNote(posting.language, posting.text));
    return [...parts, ...look, make("details", { class: "figures" }, make("summary", {}, "Figures"), ...figures(posting, lists.labels))];
  };

  /** What a posting's label comes from in figures; without a bar where there is no label. */
  const figures = (posting, labels) => {
    const [first, second] = labels.map((label) => label.replace(/-like$/, ""));
    const balance = signed(posting.balance, 2);
    const bar = () => make("div", { class: "scale", role: "img", "aria-label": `balance ${balance} on a scale from −1, all ${second}, to +1, all ${first}` }, make("span", {}, second), balanceBar(posting.balance), make("span", {}, first), make("span", { class: "figure" }, `balance ${balance}`));
    return [
      make("p", {}, `${percent(posting.confidence)} sure.`),
      ...(posting.label === labels[3] ? [] : [bar()]),
      make("p", { class: "odds" }, labels.map((label, index) => `${label}\u00a0${percent(posting.probabilities[index])}`).join(" · ")),
    ];
  };

  const evidence = (posting, lists, name, level) => {
    const heading = (text) => make(`h${level}`, {}, text);
    const text = make("div", {}, heading("The posting"));
    if (!posting.whole) text.append(make("p", { class: "callout" }, "This posting is reduced to the lines that count, so that the report stays small enough to open."));
    if (lists.choose) text.append(make("p", { class: "about" }, "A wrong role? Choose the right one at the line. The verdict stays as it is; corrections are for retraining."));
    text.append(highlighted(posting, lists, name));
    const silent = lists.choose ? silentLines(posting) : [];
    if (silent.length) {
      const items = silent.map((line) => make("li", {}, make("b", { class: "tag", "data-side": "unclear" }, "none"), make("bdi", {}, line), lists.choose(line, "none")));
      text.append(make("details", {}, make("summary", {}, `Lines that do not count (${silent.length})`), make("ol", { class: "lines", role: "list" }, ...items)));
    }
    const reasons = make("div", {}, heading("What would change the label"), ...flip(posting, name));
    if (posting.lines.length) reasons.append(heading("The lines that count, the strongest first"), make("ol", { class: "lines", role: "list" }, ...strongestFirst(posting, lists, name)));
    return make("div", { class: "sides" }, text, reasons);
  };

  /** Make a posting to draw from what `Verdict.to_dict` returns. */
  const fromVerdict = (verdict, lists) => {
    const lines = verdict.responsibilities.map((line) => ({ ...line, side: kindOf(line.role, lists.labels), effect: line.deletion_effect, statement: line.nearest?.text ?? null }));
    const { what, why, title } = verdict.sentences;
    return { ...verdict, what, why, on_title: title, probabilities: lists.labels.map((label) => verdict.probabilities[label]), mismatch: verdict.title_mismatch, lines, whole: 1 };
  };

  return { make, draw, doubts, figures, languageNote, overlap, themeOf, fromVerdict, badge, shares, kindOf, percent, signed, silentLines };
})();
