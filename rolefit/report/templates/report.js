"use strict";

/* The table of postings. Only the rows of one page exist in the document; a posting is drawn when it is first opened. */
const Report = (() => {
  const { make, draw, badge, balanceBar, kindOf, percent, signed } = Posting;
  const PAGE = 50;
  const NO_TEXT = "no text";
  const NOT_READ = "not read";
  const find = (id) => document.getElementById(id);
  const number = new Intl.NumberFormat("en");
  const named = (names, values) => Object.fromEntries(names.map((name, index) => [name, values[index]]));

  /** Text as it is searched: no capitals, no accents; quotation marks, dashes and bullets as on a keyboard. */
  const PLAIN = [[/\p{M}+/gu, ""], [/[‘’]/g, "'"], [/[“”]/g, '"'], [/[‐-―−]/g, "-"], [/[•●▪◦‣·]/g, " "]];
  const fold = (text) => (/^[\x00-\x7f]*$/.test(text) ? text : PLAIN.reduce((plain, [from, to]) => plain.replace(from, to), text.normalize("NFKD"))).toLowerCase();

  let shown = new AbortController();

  /**
   * Show the postings of a report in its elements, which are in the document already.
   * data: returns the content of a data block of the report by its name
   * choose: optional, makes an element (id, line, role) in which a reader corrects a line
   */
  const show = (data, choose) => {
    shown.abort(); // listeners of the window are all that is left of an earlier report
    shown = new AbortController();
    const lists = data("lists");
    const [[columns, lineColumns], ...records] = data("rows");

    const rows = records.map((values, index) => {
      const row = named(columns, values);
      row.number = index + 1; // rows of several files may share numbers
      row.row ??= row.number;
      row.label = row.label === null ? null : lists.labels[row.label];
      row.flip_label = row.flip_label === null ? null : lists.labels[row.flip_label];
      row.review = row.review === null ? null : lists.reviews[row.review];
      row.state = row.label ?? (row.error ? NOT_READ : NO_TEXT);
      row.name = row.title || row.id || `Posting ${row.row}`;
      return row;
    });

    const linesOf = (row) =>
      row.lines.map((values) => {
        const line = named(lineColumns, values);
        const [statement, articles] = line.statement === null ? [null, []] : lists.statements[line.statement];
        const role = lists.roles[line.role];
        return { ...line, role, side: kindOf(role, lists.labels), theme_words: lists.themes[line.theme], statement, articles };
      });

    const textOf = (row) => (typeof row.text === "number" ? rows[row.text].text : row.text) ?? "";

    const drawn = (row, level) => {
      const posting = { ...row, text: textOf(row), reason: lists.reasons[row.reason] };
      if (row.label !== null) posting.lines = linesOf(row);
      const chosen = choose && { choose: (line, role) => choose(row.id || String(row.row), line, role) };
      return draw(posting, { ...lists, ...chosen }, `posting-${row.number}`, level);
    };

    const single = find("single");
    if (single) {
      const [row] = rows;
      single.append(make("h2", {}, make("bdi", {}, row.name)));
      if (row.company) single.append(make("p", { class: "company" }, make("bdi", {}, row.company)));
      single.append(drawn(row, 3));
    }
    const table = find("table");
    if (!table) return;

    /* ---- what can be searched ---- */

    const folded = new Map();
    for (const row of rows) {
      // A text that several rows share is folded once.
      const text = textOf(row);
      if (!folded.has(text)) folded.set(text, fold(text));
      row.searched = folded.get(text);
      row.names = fold([row.title, row.company, row.id, row.error ?? ""].join("\n"));
      row.firm = fold(row.company);
    }
    folded.clear();

    /* ---- columns ---- */

    const order = new Intl.Collator("en", { numeric: true, sensitivity: "base" });
    const labelPlace = (row) => (row.label === null ? lists.labels.length + (row.error ? 1 : 0) : lists.labels.indexOf(row.label));
    const nothing = () => make("span", { class: "nothing" }, "–");
    const COLUMNS = [
      { name: "Row", value: (row) => row.number, cell: (row) => [number.format(row.row)] },
      { name: "Label", value: labelPlace, cell: (row) => [badge(row.state, lists.labels)] },
      { name: "Title", value: (row) => row.title },
      { name: "Company", value: (row) => row.company, cell: (row) => [make("bdi", {}, row.company)] },
      { name: "Balance", value: (row) => row.balance ?? -2, cell: (row) => (row.label === null ? [nothing()] : [balanceBar(row.balance), make("span", { class: "figure" }, signed(row.balance, 2))]) },
      { name: "Sure", value: (row) => row.confidence ?? -1, cell: (row) => [row.label === null ? nothing() : percent(row.confidence)] },
      { name: "Title check", value: (row) => (row.mismatch === true ? 0 : row.mismatch === false ? 1 : 2), cell: (row) => (row.mismatch === null ? [nothing()] : row.mismatch ? [make("b", { class: "warning" }, "disagrees")] : ["no conflict"]) },
      { name: "For review", value: (row) => (row.review === null ? 1 : 0), cell: (row) => [row.review === null ? nothing() : make("b", { class: "warning" }, "yes")] },
    ].filter((column) => column.name !== "Company" || rows.some((row) => row.company));

    let sorted = rows;
    let sorting = { column: COLUMNS[0], descending: false };
    const headers = COLUMNS.map((column) => {
      const button = make("button", { type: "button" }, column.name);
      const header = make("th", { role: "columnheader", scope: "col", "aria-sort": "none", "data-heading": column.name }, button);
      button.addEventListener("click", () => {
        sorting = { column, descending: sorting.column === column && !sorting.descending };
        sort();
        turnTo(0);
      });
      return header;
    });
    table.tHead.rows[0].append(...headers);

    const sort = () => {
      const { column, descending } = sorting;
      const keys = new Map(rows.map((row) => [row, column.value(row)]));
      const compare = (a, b) => (typeof a === "string" ? order.compare(a, b) : a - b);
      // Equal rows keep the order of the file, whether the column ascends or descends.
      sorted = [...rows].sort((a, b) => (descending ? -1 : 1) * compare(keys.get(a), keys.get(b)) || a.number - b.number);
      headers.forEach((header, index) => header.setAttribute("aria-sort", COLUMNS[index] !== column ? "none" : descending ? "descending" : "ascending"));
    };

    /* ---- filters ---- */

    const words = find("words");
    const label = find("label");
    const company = find("company");
    const mismatch = find("mismatch");
    const review = find("review");
    for (const name of [...lists.labels, ...[NO_TEXT, NOT_READ].filter((state) => rows.some((row) => row.state === state))]) label.append(make("option", { value: name }, name));
    const firms = [...new Set(rows.map((row) => row.company).filter(Boolean))].sort(order.compare);
    if (firms.length) find("companies").append(...firms.map((firm) => make("option", { value: firm })));
    else find("company-label").hidden = true;

    let matches = rows;
    const filter = () => {
      const wanted = fold(words.value).split(/\s+/).filter(Boolean);
      const firm = fold(company.value.trim());
      matches = sorted.filter(
        (row) =>
          (!label.value || row.state === label.value) &&
          (!mismatch.checked || row.mismatch === true) &&
          (!review.checked || row.review !== null) &&
          (!firm || row.firm.includes(firm)) &&
          wanted.every((word) => row.names.includes(word) || row.searched.includes(word)),
      );
    };

    /* ---- rows on the screen ---- */

    const opened = new Set();
    const details = new Map();
    const body = table.tBodies[0];
    const openAll = find("open-all");
    let page = 0;
    let onPage = [];

    const detailOf = (row) => {
      if (!details.has(row)) {
        const cell = make("td", { role: "cell", colspan: COLUMNS.length }, drawn(row, 3));
        details.set(row, make("tr", { role: "row", class: "detail", id: `detail-${row.number}` }, cell));
      }
      return details.get(row);
    };

    const open = (row, tr, button, wanted) => {
      button.setAttribute("aria-expanded", wanted);
      if (wanted) {
        opened.add(row);
        tr.after(detailOf(row));
      } else {
        opened.delete(row);
        details.get(row)?.remove();
      }
    };

    const rowOf = (row, place) => {
      const button = make("button", { type: "button", class: "opens", "aria-expanded": "false", "aria-controls": `detail-${row.number}` }, make("bdi", {}, row.name));
      const cells = COLUMNS.map((column) => make("td", { role: "cell", "data-heading": column.name }, ...(column.cell ? column.cell(row) : [button, ...(row.id && row.id !== row.name ? [make("bdi", { class: "id" }, row.id)] : [])])));
      const tr = make("tr", { role: "row", class: "row", "aria-rowindex": place + 2 }, ...cells);
      button.addEventListener("click", () => open(row, tr, button, !opened.has(row)));
      return [row, tr, button];
    };

    const drawRows = (from, to) => {
      onPage = matches.slice(from, to).map((row, index) => rowOf(row, from + index));
      body.replaceChildren(...onPage.map(([, tr]) => tr));
      for (const [row, tr, button] of onPage) if (opened.has(row)) open(row, tr, button, true);
    };

    const previous = find("previous");
    const next = find("next");
    const turnTo = (wanted) => {
      filter();
      const pages = Math.max(1, Math.ceil(matches.length / PAGE));
      page = Math.max(0, Math.min(wanted, pages - 1));
      drawRows(page * PAGE, (page + 1) * PAGE);
      table.setAttribute("aria-rowcount", matches.length + 1);
      find("count").textContent = matches.length === rows.length ? `${number.format(rows.length)} postings` : `${number.format(matches.length)} of ${number.format(rows.length)} postings`;
      find("page").textContent = `Page ${number.format(page + 1)} of ${number.format(pages)}`;
      find("pages").hidden = pages === 1;
      // Not `disabled`, which would take the focus from the button that was pressed.
      previous.setAttribute("aria-disabled", page === 0);
      next.setAttribute("aria-disabled", page === pages - 1);
      openAll.setAttribute("aria-pressed", "false");
      openAll.hidden = !matches.length;
    };

    const turn = (step) => {
      const before = page;
      turnTo(page + step);
      if (page !== before) table.scrollIntoView();
    };
    previous.addEventListener("click", () => turn(-1));
    next.addEventListener("click", () => turn(1));
    openAll.addEventListener("click", () => {
      const wanted = openAll.getAttribute("aria-pressed") !== "true";
      openAll.setAttribute("aria-pressed", wanted);
      for (const [row, tr, button] of onPage) open(row, tr, button, wanted);
    });

    const filters = find("filters");
    filters.addEventListener("submit", (event) => event.preventDefault());
    filters.addEventListener("input", () => turnTo(0));
    filters.addEventListener("reset", () => setTimeout(() => turnTo(0)));

    // Paper has no pages to turn: all postings that pass the filters are printed, those that are open with their details.
    window.addEventListener("beforeprint", () => drawRows(0, matches.length), shown);
    window.addEventListener("afterprint", () => turnTo(page), shown);

    sort();
    turnTo(0);
  };

  return { show };
})();

// In the file of a report the data is in the page itself.
if (document.getElementById("rows")) Report.show((name) => JSON.parse(document.getElementById(name).textContent));
