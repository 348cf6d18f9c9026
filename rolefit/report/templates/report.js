"use strict";

/* The table of postings. Only the rows of one page exist in the document; a posting is drawn when it is first opened. */
const Report = (() => {
  const { make, draw, badge, shares, kindOf, percent } = Posting;
  const PAGE = 50;
  const NAMES = ["company", "department", "location"]; // fields that are filtered and counted by
  const MOST_SHARES = 6; // companies, departments or locations that have a bar
  const MOST_REPEATS = 200; // rows of one posting that are listed
  const AROUND = 60; // characters shown on each side of a hit in a text
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
      row.state = lists.groups[row.group];
      row.name = row.title || row.id || `Posting ${row.row}`;
      row.members = [row];
      return row;
    });
    // A posting that several rows repeat is shown once, with all their names.
    for (const row of rows) if (row.of !== null) rows[row.of].members.push(row);
    const postings = rows.filter((row) => row.of === null);
    const namesOf = (row, field) => [...new Set(row.members.map((member) => member[field]).filter(Boolean))];
    const isLeftOut = (row) => lists.left_out.includes(row.state);

    const linesOf = (row) =>
      row.lines.map((values) => {
        const line = named(lineColumns, values);
        const [statement, articles] = line.statement === null ? [null, []] : lists.statements[line.statement];
        const role = lists.roles[line.role];
        const [theme_words, given_to_both] = lists.themes[line.theme];
        const mark = (line.mark ?? [0, line.end - line.start]).map((place) => line.start + place);
        return { ...line, role, side: kindOf(role, lists.labels), theme_words, given_to_both, mark, statement, articles };
      });

    const textOf = (row) => (typeof row.text === "number" ? rows[row.text].text : row.text) ?? "";

    const drawn = (row, level) => {
      const [what, on_title] = row.said === null ? [] : lists.said[row.said];
      const posting = { ...row, text: textOf(row), what, on_title, why: lists.reasons[row.reason] };
      if (row.label !== null) posting.lines = linesOf(row);
      if (row.language !== null) {
        const [[code, own, english], lines] = [lists.languages[row.language[0]], row.language[1]];
        posting.language = { code, own, english, lines: row.whole || !lines.length ? lines : null };
      }
      const chosen = choose && { choose: (line, role) => choose(row.id || String(row.row), line, role) };
      const about = [row.id && row.id !== row.name ? `id ${row.id}` : "", ...NAMES.map((name) => namesOf(row, name).slice(0, 3).join(", "))].filter(Boolean).join(" · ");
      const element = draw(posting, { ...lists, ...chosen }, `posting-${row.number}`, level);
      if (row.members.length > 1) element.prepend(repeatsOf(row));
      if (about && postings.length > 1) element.prepend(make("p", { class: "id" }, make("bdi", {}, about)));
      return element;
    };

    /** The rows that repeat a posting, in words. */
    const repeatsOf = (row) => {
      const items = row.members.slice(0, MOST_REPEATS).map((member) => make("li", {}, make("bdi", {}, [`row ${number.format(member.row)}`, member.id, ...NAMES.map((name) => member[name])].filter(Boolean).join(" · "))));
      const more = row.members.length - items.length;
      if (more > 0) items.push(make("li", {}, `and ${number.format(more)} more`));
      return make("details", { class: "repeats" }, make("summary", {}, `This posting stands in ${number.format(row.members.length)} rows`), make("ul", {}, ...items));
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

    for (const row of postings) {
      row.searched = fold(textOf(row));
      row.heading = fold(row.members.map((member) => member.title).filter((title, index, all) => all.indexOf(title) === index).join("\n"));
      row.names = row.heading + fold(["", row.error ?? "", ...row.members.map((member) => member.id), ...NAMES.flatMap((name) => namesOf(row, name))].join("\n"));
      for (const name of NAMES) row[`${name}_searched`] = fold(namesOf(row, name).join("\n"));
    }

    /* ---- columns ---- */

    const order = new Intl.Collator("en", { numeric: true, sensitivity: "base" });
    const states = [...lists.labels, ...lists.groups.filter((group) => !lists.labels.includes(group) && !lists.left_out.includes(group)), ...lists.left_out];
    const nothing = () => make("span", { class: "nothing" }, "–");
    const named3 = (row, field) => {
      const names = namesOf(row, field);
      return names.length ? [make("bdi", {}, names[0]), ...(names.length > 1 ? [make("span", { class: "about" }, ` +${number.format(names.length - 1)}`)] : [])] : [nothing()];
    };

    /** Why a posting has its label: for each role its main themes, or else the reason. */
    const why = (row) => {
      if (row.error) return [make("bdi", {}, row.error)];
      if (!row.lines?.length || lists.labels.indexOf(row.state) > 2 || !lists.labels.includes(row.state)) return [row.reason === null ? nothing() : lists.reasons[row.reason]];
      return lists.main[row.main].flatMap((themes, at) => (themes.length ? [make("span", { class: "why" }, make("b", { class: "tag", "data-side": ["first", "second"][at] }, lists.labels[at].replace(/-like$/, "")), themes.join(", "))] : []));
    };

    const lookFirst = (row) => (isLeftOut(row) && !row.review ? 2 : row.review === null ? 1 : 0);
    const COLUMNS = [
      { name: "Label", value: (row) => states.indexOf(row.state), cell: (row) => [badge(row.state, lists.labels)] },
      { name: "Title", value: (row) => row.title },
      { name: "Why", value: (row) => (row.label === null ? 9 : row.balance === null ? 8 : -row.balance), cell: why },
      { name: "For review", value: lookFirst, cell: (row) => [row.review === null ? nothing() : make("span", { class: "warning" }, row.review)] },
      { name: "Sure", value: (row) => row.confidence ?? -1, cell: (row) => [row.label === null ? nothing() : percent(row.confidence)] },
      ...NAMES.map((name) => ({ name: name[0].toUpperCase() + name.slice(1), field: name, value: (row) => row[name], cell: (row) => named3(row, name) })),
      { name: "Row", value: (row) => row.number, cell: (row) => [number.format(row.row)] },
    ].filter((column) => !column.field || postings.some((row) => row[column.field]));

    let sorted = postings;
    let sorting = { column: COLUMNS.find((column) => column.name === "For review"), descending: false };
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
      const keys = new Map(postings.map((row) => [row, column.value(row)]));
      const compare = (a, b) => (typeof a === "string" ? order.compare(a, b) : a - b);
      // Equal rows keep the order of the file, whether the column ascends or descends.
      sorted = [...postings].sort((a, b) => (descending ? -1 : 1) * compare(keys.get(a), keys.get(b)) || a.number - b.number);
      headers.forEach((header, index) => header.setAttribute("aria-sort", COLUMNS[index] !== column ? "none" : descending ? "descending" : "ascending"));
    };

    /* ---- filters ---- */

    const words = find("words");
    const label = find("label");
    const mismatch = find("mismatch");
    const review = find("review");
    for (const state of states.filter((name) => lists.labels.includes(name) || postings.some((row) => row.state === name))) label.append(make("option", { value: state }, state));
    const fields = new Map();
    for (const name of NAMES) {
      const found = [...new Set(rows.map((row) => row[name]).filter(Boolean))].sort(order.compare);
      find(`${name}-label`).hidden = !found.length;
      find(`${name}-names`).replaceChildren(...found.map((value) => make("option", { value })));
      fields.set(name, find(name));
    }

    /** What is looked for: words, and phrases in quotation marks. */
    const wantedOf = (typed) => [...fold(typed).matchAll(/"([^"]+)"?|[^\s"]+/g)].map(([whole, phrase]) => (phrase ?? whole).trim()).filter(Boolean);

    const counted = (all) => {
      const others = all.filter(isLeftOut).length;
      const some = (many, one) => `${number.format(many)} ${one}${many === 1 ? "" : "s"}`;
      return others ? `${some(all.length - others, "posting")} and ${some(others, "other row")}` : some(all.length, "posting");
    };
    let matches = postings;
    let wanted = [];
    const filter = () => {
      wanted = wantedOf(words.value);
      const asked = NAMES.map((name) => [`${name}_searched`, fold(fields.get(name).value.trim())]).filter(([, value]) => value);
      const phrase = fold(words.value).trim();
      // Hits in the title come first, then those in the other names, then the words one after the other as typed.
      const ranked = [[], [], [], []];
      for (const row of sorted) {
        if (label.value && row.state !== label.value) continue;
        if (mismatch.checked && row.mismatch !== true) continue;
        if (review.checked && row.review === null) continue;
        if (!asked.every(([name, value]) => row[name].includes(value))) continue;
        if (wanted.every((word) => row.names.includes(word))) ranked[!wanted.length || row.heading.includes(phrase) ? 0 : 1].push(row);
        else if (wanted.every((word) => row.names.includes(word) || row.searched.includes(word))) ranked[wanted.length === 1 || row.searched.includes(phrase) ? 2 : 3].push(row);
      }
      matches = ranked.flat();
    };

    /** A piece of the text around the first hit, for a posting whose names do not have it. */
    const hitIn = (row) => {
      const missing = wanted.filter((word) => !row.heading.includes(word));
      const phrase = fold(words.value).trim();
      const word = missing.length > 1 && row.searched.includes(phrase) ? phrase : missing.find((one) => row.searched.includes(one));
      if (!word) return [];
      const at = row.searched.indexOf(word);
      const text = textOf(row);
      const source = text.length === row.searched.length ? text : row.searched;
      return [make("span", { class: "snippet about" }, "…", make("bdi", {}, source.slice(Math.max(0, at - AROUND), at + word.length + AROUND).replace(/\s+/g, " ")), "…")];
    };

    /** Mark the hits on the screen. They are highlighted by the browser, so that no element is made of a posting. */
    const markHits = () => {
      if (!window.CSS?.highlights) return;
      CSS.highlights.delete("hit");
      if (!wanted.length) return;
      const ranges = [];
      const walker = document.createTreeWalker(body, NodeFilter.SHOW_TEXT);
      for (let node = walker.nextNode(); node; node = walker.nextNode()) {
        if (!node.parentElement.closest(".opens, .snippet, .text, bdi")) continue; // what the posting says, not what is said of it
        const text = fold(node.data);
        if (text.length !== node.data.length) continue;
        for (const word of wanted)
          for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + word.length)) {
            const range = new Range();
            range.setStart(node, at);
            range.setEnd(node, at + word.length);
            ranges.push(range);
          }
      }
      CSS.highlights.set("hit", new Highlight(...ranges));
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
        markHits();
      } else {
        opened.delete(row);
        details.get(row)?.remove();
      }
    };

    const rowOf = (row, place) => {
      const button = make("button", { type: "button", class: "opens", "aria-expanded": "false", "aria-controls": `detail-${row.number}` }, make("bdi", {}, row.name));
      const repeated = row.members.length > 1 ? [make("span", { class: "times" }, ` ×${number.format(row.members.length)}`)] : [];
      const cells = COLUMNS.map((column) => make("td", { role: "cell", "data-heading": column.name }, ...(column.cell ? column.cell(row) : [button, ...repeated, ...hitIn(row)])));
      const tr = make("tr", { role: "row", class: "row", "aria-rowindex": place + 2 }, ...cells);
      button.addEventListener("click", () => open(row, tr, button, !opened.has(row)));
      return [row, tr, button];
    };

    const drawRows = (listed, from) => {
      onPage = listed.map((row, index) => rowOf(row, from + index));
      body.replaceChildren(...onPage.map(([, tr]) => tr));
      for (const [row, tr, button] of onPage) if (opened.has(row)) open(row, tr, button, true);
      markHits();
    };

    const previous = find("previous");
    const next = find("next");
    const turnTo = (wanted) => {
      filter();
      const pages = Math.max(1, Math.ceil(matches.length / PAGE));
      page = Math.max(0, Math.min(wanted, pages - 1));
      drawRows(matches.slice(page * PAGE, (page + 1) * PAGE), page * PAGE);
      table.setAttribute("aria-rowcount", matches.length + 1);
      find("count").textContent = matches.length === postings.length ? counted(postings) : `${number.format(matches.length)} of ${counted(postings)}`;
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

    /** Rows in few words: each with its title or id, and those that have neither as runs, such as "4–9". */
    const inFewWords = (listed) => {
      const runs = [];
      for (const row of [...listed].sort((a, b) => a.number - b.number)) {
        const last = runs.at(-1);
        const name = row.title || row.id;
        if (last && !name && !last.name && row.row === last.to + 1) last.to = row.row;
        else runs.push({ name, from: row.row, to: row.row });
      }
      return runs.map(({ name, from, to }) => (name ? `${from} (${name})` : from === to ? `${from}` : `${from}–${to}`)).join(", ");
    };

    // Paper has no pages to turn: all postings that pass the filters are printed, those that are open with their
    // details. Rows without a text, often most of an export, have nothing to print but their numbers.
    const emptyRows = make("p", { class: "about empty-rows" });
    const isEmpty = (row) => row.label === null && row.error === null;
    const print = () => {
      const empty = matches.filter(isEmpty);
      drawRows(matches.filter((row) => !isEmpty(row)), 0);
      emptyRows.replaceChildren(make("b", {}, `Without a text, rows `), make("bdi", {}, inFewWords(empty)));
      if (empty.length) table.after(emptyRows);
    };
    window.addEventListener("beforeprint", print, shown);
    window.addEventListener("afterprint", () => (emptyRows.remove(), turnTo(page)), shown);

    /* ---- shares by company, department and location ---- */

    const read = postings.filter((row) => !isLeftOut(row));
    for (const name of NAMES) {
      const byName = new Map();
      for (const row of read) if (row[name]) byName.set(row[name], [...(byName.get(row[name]) ?? []), row.state]);
      if (byName.size < 2) continue;
      const largest = [...byName].sort(([a, first], [b, second]) => second.length - first.length || order.compare(a, b));
      const items = largest.slice(0, MOST_SHARES).map(([value, group]) => {
        const button = make("button", { type: "button", class: "picks" }, make("bdi", {}, value));
        button.addEventListener("click", () => {
          fields.get(name).value = value;
          turnTo(0);
          find("postings").focus();
        });
        return make("li", {}, button, shares(states.map((state) => [state, group.filter((one) => one === state).length]), largest[0][1].length, lists.labels), make("span", { class: "figure" }, number.format(group.length)));
      });
      const more = byName.size - items.length;
      find("breakdowns").append(make("div", {}, make("h3", {}, `By ${name}`), make("ul", { class: "shares", role: "list" }, ...items), ...(more > 0 ? [make("p", { class: "about" }, `and ${number.format(more)} more`, make("span", { class: "on-screen" }, `; filter by ${name} below`))] : [])));
    }

    /* ---- which other professions ---- */

    if (lists.jobs.length) {
      const other = states.find((state) => state === "not a product job");
      const items = lists.jobs.map(([title, count]) => {
        const button = make("button", { type: "button", class: "picks" }, make("bdi", {}, title));
        button.addEventListener("click", () => {
          words.value = `"${title.replaceAll('"', " ").trim()}"`;
          label.value = other;
          turnTo(0);
          find("postings").focus();
        });
        return make("li", {}, button, make("span", { class: "figure" }, number.format(count)));
      });
      const more = lists.more_jobs ? [make("p", { class: "about" }, `and ${number.format(lists.more_jobs)} more`, make("span", { class: "on-screen" }, "; filter by label below"))] : [];
      find("breakdowns").append(make("div", {}, make("h3", {}, "Not a product job, by title"), make("ul", { class: "shares jobs", role: "list" }, ...items), ...more));
    }

    sort();
    turnTo(0);
  };

  return { show };
})();

// In the file of a report the data is in the page itself.
if (document.getElementById("rows")) Report.show((name) => JSON.parse(document.getElementById(name).textContent));
