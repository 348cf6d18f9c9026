"use strict";

/* The text box of the page, with the lines that count marked behind its letters.

   The box and a layer behind it hold the same text in the same place, and the layer is as high as its text, so neither
   scrolls on its own. Every change by a button goes the way of a typed one, so that the browser can undo it; and each can be
   taken back by one button, too. */
const Editor = (() => {
  const { make } = Posting;
  const { find, keep } = Page;
  const box = find("posting");
  const title = find("title");
  const layer = find("marks");
  const back = find("undo");
  const HIGHEST = 100_000; // characters that are laid out twice
  let spans = [];
  let painted = box.value;
  const past = Page.kept.past ?? [];

  /** Offsets in code points, as the server counts, to offsets in the string. */
  const offsets = (text) => {
    if (!/[\ud800-\udfff]/.test(text)) return (at) => at;
    const units = [];
    let unit = 0;
    for (const point of text) {
      units.push(unit);
      unit += point.length;
    }
    units.push(unit);
    return (at) => units[Math.min(at, units.length - 1)];
  };

  const paint = () => {
    const text = box.value;
    painted = text;
    const large = text.length > HIGHEST;
    layer.parentElement.classList.toggle("large", large);
    const parts = [];
    let at = 0;
    for (const { start, end, side, shade, index } of large ? [] : spans) {
      if (start < at || end > text.length) continue;
      parts.push(text.slice(at, start), make("mark", { id: `mark-${index + 1}`, "data-side": side, "data-shade": shade }, text.slice(start, end)));
      at = end;
    }
    layer.replaceChildren(...parts, large ? "" : `${text.slice(at)}\u200b`); // or a last empty line would have no height
  };

  /** Move the marks with what is typed, until the verdict on it arrives. */
  const follow = () => {
    const text = box.value;
    if (text === painted) return;
    const least = Math.min(text.length, painted.length);
    let head = 0;
    while (head < least && text[head] === painted[head]) head++;
    let tail = 0;
    while (tail < least - head && text[text.length - 1 - tail] === painted[painted.length - 1 - tail]) tail++;
    const [end, by] = [painted.length - tail, text.length - painted.length];
    spans = spans
      .map((span) => (span.end <= head ? span : span.start >= end ? { ...span, start: span.start + by, end: span.end + by } : span.start <= head && span.end >= end ? { ...span, end: span.end + by } : null))
      .filter((span) => span && span.end > span.start);
    paint();
  };

  /** Mark the lines of a posting whose text is that of the box. */
  const mark = (posting) => {
    const strongest = Math.max(...posting.lines.map((line) => Math.abs(line.contribution)), 1e-9);
    const unit = offsets(posting.text);
    const same = posting.text === box.value;
    spans = same ? posting.lines.map((line, index) => ({ index, side: line.side, start: unit(line.mark[0]), end: unit(line.mark[1]), shade: Math.max(1, Math.ceil(5 * (Math.abs(line.contribution) / strongest))) })) : [];
    paint();
    return same;
  };

  /** Write the text closer while it is printed: one blank line for several, and no marker on a line of its own. */
  const paper = () => {
    const walker = document.createTreeWalker(layer, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) node.data = node.data.replace(/\n(?:[ \t]*\n){2,}/g, "\n\n").replace(/(^|\n)([ \t]*[-*•·▪◦‣–—])[ \t]*\n(?=\S|$)/g, "$1$2 ").replace(/\n[ \t]*\n(?=[ \t]*[-*•·▪◦‣–—] )/g, "\n");
  };
  window.addEventListener("beforeprint", paper);
  window.addEventListener("afterprint", () => paint());

  const unmark = () => {
    spans = [];
    paint();
  };

  const store = () => keep(box.value.length > HIGHEST ? { text: "", title: title.value, past: [] } : { text: box.value, title: title.value, past });

  const offer = () => {
    const last = past.at(-1);
    back.hidden = !last;
    if (last) back.textContent = `Undo: ${last.what}`;
  };

  /** Put text into a field as if it were typed. */
  const type = (field, text, start = 0, end = field.value.length) => {
    if (field.value.slice(start, end) === text) return;
    const held = document.activeElement;
    field.focus({ preventScroll: true });
    field.setSelectionRange(start, end);
    const done = text === "" ? document.execCommand("delete") : document.execCommand("insertText", false, text);
    if (!done) {
      field.setRangeText(text, start, end, "end");
      field.dispatchEvent(new Event("input", { bubbles: true }));
    }
    if (held && held !== document.body && held !== field) held.focus({ preventScroll: true });
  };

  const remember = (what) => {
    past.push({ what, text: box.value, title: title.value });
    if (past.length > 20) past.shift();
    offer();
  };

  /** Change text and title at once, so that one press of the button takes both back. */
  const put = (what, text, name = title.value) => {
    remember(what);
    type(title, name);
    type(box, text);
    store();
  };

  /** Apply edits of the server to the text that they were made for. */
  const edit = (what, edits) => {
    remember(what);
    const unit = offsets(box.value);
    for (const [start, end, text] of edits.map(([start, end, text], order) => [unit(start), unit(end), text, order]).sort((a, b) => b[0] - a[0] || b[1] - a[1] || b[3] - a[3])) type(box, text, start, end);
    store();
  };

  back.addEventListener("click", () => {
    const last = past.pop();
    if (!last) return;
    type(title, last.title);
    type(box, last.text);
    offer();
    store();
    if (back.hidden) box.focus({ preventScroll: true });
  });
  box.addEventListener("input", () => {
    follow();
    store();
  });
  title.addEventListener("input", store);

  /** The marked line at a place of the window or at the caret: its index, or -1. */
  const lineAt = (x, y) => {
    const found = document.elementsFromPoint(x, y).find((element) => element.localName === "mark" && layer.contains(element));
    return found ? Number(found.id.slice(5)) - 1 : -1;
  };
  const lineAtCaret = () => spans.find(({ start, end }) => start <= box.selectionStart && box.selectionStart <= end)?.index ?? -1;

  /** Select a line in the text and bring it into sight. */
  const go = (index) => {
    const span = spans.find((one) => one.index === index);
    if (!span) return;
    box.focus({ preventScroll: true });
    box.setSelectionRange(span.start, span.end);
    find(`mark-${index + 1}`)?.scrollIntoView({ block: "center" });
  };

  box.value = Page.kept.text ?? box.value;
  title.value = Page.kept.title ?? title.value;
  paint();
  offer();

  return { box, title, mark, unmark, put, edit, remember, type, store, lineAt, lineAtCaret, go };
})();
