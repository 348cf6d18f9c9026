"use strict";

/* The file drop of `rolefit serve`. report.js draws a scored file. */
(() => {
  const { make, badge, percent } = Posting;
  const { find, about, ask, callout, marks, chooser, kept, keep } = Page;

  /* ---- files, read one after the other ---- */

  const runBox = find("run");
  const results = find("results");
  const ASKED_EVERY = 300;
  const OPENING = "Opening the file …";
  let current = null; // the run that is being read, or waits for an answer
  let shown = null; // the run whose results stand on the page
  let wanted = null; // the run whose results were asked for last
  const finished = []; // runs whose results can be shown again, and files among them that could not be read
  const returning = []; // runs of the page before it was reloaded that were not asked for yet
  const waiting = []; // what is read next: a name, and what begins it

  const address = (run, rest = "") => `/runs/${encodeURIComponent(run.id)}${rest}`;
  const end = (run) => {
    run.asking?.abort(); // or a request in flight would be told that the upload has ended
    if (run.id) fetch(address(run), { method: "DELETE", keepalive: true }).catch(() => {});
  };
  const known = () => [...finished, current, ...returning].filter((run) => run?.id);
  const keepRuns = () => keep({ runs: known().map(({ id, name }) => ({ id, name })), shown: shown?.id });
  const wait = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));
  const rowsOf = new Intl.NumberFormat("en");

  /** Begin something, or let it wait until nothing else is being read. */
  const enqueue = (name, begin) => {
    if (!current) return begin();
    waiting.push({ name, begin });
    drawWaiting();
  };

  /** Go on with what waits, if anything does. */
  const next = () => {
    const hadFocus = runBox.contains(document.activeElement);
    current = null;
    runBox.replaceChildren();
    const job = waiting.shift();
    job?.begin();
    drawWaiting();
    keepRuns();
    if (hadFocus) (find("cancel") ?? find("done") ?? find("files")).focus(); // or the keyboard would start at the top again
    return Boolean(job);
  };

  const drawWaiting = (said = "") => {
    const parts = said ? [said] : [];
    if (waiting.length) parts.push("Waiting: ", make("bdi", {}, waiting.map(({ name }) => name).join(", ")), ". ");
    if (waiting.length && current?.asks) {
      const button = make("button", { type: "button", id: "next-file" }, "Leave out ", make("bdi", {}, current.name));
      button.addEventListener("click", () => {
        end(current);
        next();
      });
      parts.push(button);
    }
    find("waiting").replaceChildren(...parts);
  };

  /** The progress bar, its sentence, a button to cancel, and a box that the first rows come into, so that nothing below them moves.
      None of it is announced: a screen reader is told of the end. Where the results of another file stand, there is no such box. */
  const progressBox = (run) => {
    find("ended").textContent = "";
    const bar = make("progress", { "aria-label": `Progress of ${run.name}` });
    const line = make("p", { id: "how-far" }, OPENING);
    const cancel = make("button", { type: "button", id: "cancel" }, "Cancel");
    cancel.addEventListener("click", () => {
      if (current !== run) return;
      end(run);
      forget(run);
      if (!next()) runBox.replaceChildren(make("p", { role: "status", id: "cancelled", tabindex: "-1" }, "Cancelled. Nothing was kept."));
      (find("cancelled") ?? find("cancel")).focus();
    });
    runBox.replaceChildren(bar, line, cancel);
    if (!shown) runBox.append(make("div", { id: "first-rows", role: "region", "aria-label": "The first rows", tabindex: "0" }, make("p", { class: "about" }, "The first rows will appear here.")));
    return (rows, total, sentence) => {
      if (total) {
        bar.max = Math.max(rows, total);
        bar.value = rows;
      } else bar.removeAttribute("value");
      if (line.textContent !== sentence) line.textContent = sentence;
    };
  };

  /** Show the first rows, which do not wait for the others. */
  const showFirst = async (run) => {
    const rows = await (await ask("GET", address(run, "/first-rows"), undefined, undefined, run.asking.signal)).json();
    const itemOf = ({ group, confidence, title, why }) => make("li", {}, badge(group, about.labels), make("span", { class: "sure" }, confidence === null ? "" : `${percent(confidence)} sure`), make("bdi", { class: "title" }, title), make("span", { class: "why" }, why));
    if (current === run) find("first-rows")?.replaceChildren(make("p", { class: "about" }, `The first ${rows.length} rows. Until all are read, an answer can still change.`), make("ol", { role: "list" }, ...rows.map(itemOf)));
  };

  const samplesOf = async (run) => (await ask("GET", address(run, "/samples"))).json();

  /** A form with the columns of a table, each with its first cells: `questions` are what is asked of them, `chosen` what is marked,
      and `answered` takes what is. */
  const columnForm = ({ columns, samples }, questions, chosen, answered) => {
    const field = (question, column) => {
      const kind = question === "text" ? "checkbox" : "radio";
      const box = make("input", { type: kind, name: question, value: column });
      box.checked = question === "text" ? chosen.text.includes(column) : chosen.title === column;
      return make("label", {}, box, { text: " Text of the posting", title: " Job title" }[question]);
    };
    const isChosen = (column) => chosen.text.includes(column) || chosen.title === column;
    const rows = [...columns.filter(isChosen), ...columns.filter((column) => !isChosen(column))].map((column) => {
      const shown = (samples[column] ?? []).join(" · ");
      return make("fieldset", {}, make("legend", {}, make("bdi", {}, column || "(without a name)")), ...questions.map((question) => field(question, column)), make("p", { class: "about" }, shown ? make("bdi", {}, shown) : "empty in the first rows"));
    });
    const none = make("input", { type: "radio", name: "title", value: "" });
    none.checked = !chosen.title;
    if (questions.includes("title")) rows.push(make("fieldset", {}, make("legend", {}, "None of them"), make("label", {}, none, " No column holds the job title")));
    const form = make("form", { class: "columns", id: "columns" }, ...rows, make("button", {}, "Continue"));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const marked = new FormData(form);
      const asked = { ...chosen.asked };
      if (questions.includes("text")) asked.text_column = marked.getAll("text");
      if (questions.includes("title")) asked.title_column = marked.get("title") ?? "";
      const first = form.querySelector("[name=text]");
      first?.setCustomValidity(asked.text_column?.length === 0 ? "Mark at least one column that holds the text." : "");
      if (form.reportValidity()) answered(asked);
    });
    form.addEventListener("change", () => form.querySelector("[name=text]")?.setCustomValidity(""));
    return form;
  };

  const LONG = 40; // characters of a cell that can be a text
  const JOB = /\b(product|manager|owner|engineer|developer|designer|analyst|director|head|lead|specialist|consultant|officer|assistant)\b/i;
  /** The columns that most likely hold the text and the title, by their first cells; none where no cell speaks for it. */
  const likeliest = ({ columns, samples }) => {
    const best = (among, worth) => among.reduce((first, column) => (worth(column) > (first === null ? 0 : worth(first)) ? column : first), null);
    const cells = (column) => samples[column] ?? [];
    const text = best(columns, (column) => Math.max(0, ...cells(column).map((cell) => (cell.length >= LONG ? cell.length : 0))));
    const title = best(columns.filter((column) => column !== text), (column) => cells(column).filter((cell) => cell.length < 2 * LONG && JOB.test(cell)).length);
    return { text: text === null ? [] : [text], title };
  };

  /** Ask for the columns when neither their names nor their cells tell. */
  const askColumn = (run, state, asked) => {
    const [meaning, questions, more] = state.what === "text" ? ["the text of the posting", ["text", "title"], " Check what is marked; several columns of text are joined in their order."] : ["the job title", ["title"], " Check what is marked."];
    const form = columnForm(state, questions, { ...likeliest(state), asked }, (answer) => work(run, answer));
    runBox.replaceChildren(make("p", { class: "callout", role: "alert" }, `The columns of `, make("bdi", {}, run.name), ` do not tell which one holds ${meaning}.${more}`), form);
    form.querySelector("input").focus();
    run.asks = true;
    drawWaiting();
  };

  /** Offer the columns of a table whose columns were found, to choose others. */
  const offerColumns = (run, file) => {
    const { text, title } = run.state.columns[file];
    const again = (asked) => {
      forget(run);
      clear();
      work(run, asked);
    };
    const button = make("button", { type: "button", id: "recolumn" }, "Choose other columns");
    button.addEventListener("click", async () => {
      let samples;
      try {
        samples = (await samplesOf(run))[file];
      } catch (error) {
        button.replaceWith(callout(error.message));
        return;
      }
      const form = columnForm({ columns: Object.keys(samples), samples }, ["text", "title"], { text, title, asked: {} }, (asked) => enqueue(run.name, () => again(asked)));
      button.replaceWith(form);
      form.querySelector("input").focus();
    });
    return button;
  };

  /** Fetch the report of the run as a document; its summary and table move into this page. */
  const fetched = (run) =>
    new Promise((resolve, reject) => {
      const request = new XMLHttpRequest();
      request.open("GET", address(run, "/report.html"));
      request.responseType = "document";
      request.onload = () => (request.status === 200 && request.response ? resolve(request.response) : reject(new Error("The table could not be loaded. Drop the file again.")));
      request.onerror = () => reject(new Error("rolefit is not responding."));
      request.send();
    });

  const counted = (number, one, many) => `${rowsOf.format(number)} ${number === 1 ? one : many}`;

  const clear = () => {
    shown = null;
    results.replaceChildren();
    marks.table = [];
    drawFinished();
  };

  const DOWNLOADS = [["scored.xlsx", "Excel file"], ["scored.csv", "CSV file"], ["report.html", "report"]];
  const linksOf = (run, named) => make("ul", { class: "downloads", role: "list" }, ...DOWNLOADS.map(([file, kind]) => make("li", {}, make("a", { href: address(run, `/${file}`), download: "" }, ...named(kind)))));

  /** Show the results of a run in the place of those of another. */
  const show = async (run) => {
    wanted = run;
    const report = await fetched(run);
    if (wanted !== run || !finished.includes(run)) return;
    const { state } = run;
    const data = { rows: JSON.parse(report.getElementById("rows").textContent), lists: JSON.parse(report.getElementById("lists").textContent) };
    const said = [`${counted(state.rows, "row", "rows")} read from `, make("bdi", {}, run.name), "."];
    const files = Object.keys(state.columns);
    for (const file of files.slice(0, 3)) said.push(files.length > 1 ? ` ${file}: ` : " ", make("bdi", {}, state.columns[file].said), ".");
    for (const note of state.notes) said.push(` ${note}.`);
    if (state.failed) said.push(` ${counted(state.failed, "row", "rows")} could not be read; the table says why.`);
    if (state.cut) said.push(` ${counted(state.cut, "cell is", "cells are")} too long for Excel and cut there; the CSV file has them in full.`);
    const head = make("div", { id: "file" }, make("p", { id: "done", tabindex: "-1" }, ...said), linksOf(run, (kind) => [`Download the ${kind}`]), ...(files.length === 1 ? [offerColumns(run, files[0])] : []));
    shown = run;
    marks.table = [];
    results.replaceChildren(head, ...report.querySelectorAll("main > section:not(.help), main > #single, main > .callout"));
    Report.show((name) => data[name], chooser("table"));
    drawFinished();
    keepRuns();
  };

  /* ---- what was read, where that is more than one file ---- */

  /** The counts of a run in words, as the summary of its results has them. */
  const countsOf = ({ groups }) => {
    const listed = (left) => Object.entries(groups).filter(([group, count]) => count && about.left_out.includes(group) === left).map(([group, count]) => `${group} ${rowsOf.format(count)}`).join(", ");
    const read = Object.entries(groups).reduce((sum, [group, count]) => sum + (about.left_out.includes(group) ? 0 : count), 0);
    return [`${counted(read, "different posting", "different postings")}${read ? `: ${listed(false)}` : ""}`, listed(true)].filter(Boolean).join("; left out: ");
  };

  const itemOf = (run) => {
    if (run.error) return make("li", {}, make("bdi", {}, run.name), callout(run.error));
    const button = make("button", { type: "button", class: "picks" }, make("bdi", {}, run.name));
    button.addEventListener("click", () => show(run).catch((error) => button.after(callout(error.message))));
    return make("li", {}, button, make("p", { class: "about" }, countsOf(run.state)), linksOf(run, (kind) => [`${kind[0].toUpperCase()}${kind.slice(1)}`, make("span", { class: "unseen" }, " of ", make("bdi", {}, run.name))]));
  };

  const drawFinished = () => {
    const box = find("finished");
    box.hidden = finished.length < 2 && !finished.some((run) => run.error);
    for (const run of finished) {
      run.item ??= itemOf(run);
      if (!run.item.isConnected) box.lastElementChild.append(run.item);
      run.item.querySelector(".picks")?.setAttribute("aria-pressed", run === shown);
    }
  };

  const forget = (run) => {
    if (finished.includes(run)) finished.splice(finished.indexOf(run), 1);
    run.item?.remove();
    run.item = undefined;
  };

  const finish = (run) => {
    finished.push(run);
    const others = finished.filter((one) => one !== run && one !== shown);
    for (const old of others.slice(0, Math.max(0, finished.length - about.results_kept))) {
      end(old);
      forget(old);
    }
    drawFinished();
  };

  /* ---- reading ---- */

  const failed = (run, error) => {
    if (current !== run) return;
    end(run);
    forget(run);
    if (waiting.length) {
      finish({ name: run.name, error: error.message });
      next();
      return;
    }
    next();
    runBox.replaceChildren(callout(error.message));
  };

  /** Start the work on a run, or, without columns, go on with one that was started before the page was reloaded. */
  const work = async (run, columns) => {
    current = run;
    if (run.asks) {
      run.asks = false;
      drawWaiting();
    }
    const tell = progressBox(run);
    run.first = !find("first-rows");
    try {
      if (columns) await ask("POST", address(run, "/start"), JSON.stringify(columns));
      keepRuns();
      for (;;) {
        if (current !== run) return;
        run.asking = new AbortController();
        const state = await (await ask("GET", address(run), undefined, undefined, run.asking.signal)).json();
        if (current !== run) return;
        if (state.state === "done") {
          tell(state.rows, state.rows, "Preparing the table …");
          run.state = state;
          finish(run);
          const isRead = !shown; // what somebody reads is not taken away
          if (isRead) {
            await show(run);
            find("ended").textContent = `${run.name} is read.`;
          }
          if (current !== run) return;
          next();
          if (!isRead) drawWaiting(`${run.name} is read. `);
          return;
        }
        if (state.state === "failed" && state.columns) {
          const samples = await samplesOf(run);
          if (current === run) askColumn(run, { ...state, samples }, columns ?? {});
          return;
        }
        if (state.state === "failed") throw new Error(state.error);
        tell(state.rows, state.total, state.rows ? `Read ${rowsOf.format(state.rows)} of about ${rowsOf.format(state.total)} rows.` : state.first_rows ? "Reading the file …" : OPENING);
        if (state.first_rows && !run.first) {
          run.first = true;
          await showFirst(run);
        }
        await wait(ASKED_EVERY);
      }
    } catch (error) {
      failed(run, error);
    }
  };

  const take = async (run, files) => {
    current = run;
    progressBox(run)(0, 0, "Uploading …");
    try {
      run.id = (await (await ask("POST", "/runs")).json()).id;
      for (const file of files) {
        if (current !== run) return end(run);
        await ask("PUT", address(run, `/files?name=${encodeURIComponent(file.name)}`), file, "application/octet-stream");
      }
      if (current !== run) return end(run);
      await work(run, {});
    } catch (error) {
      failed(run, error);
    }
  };

  const dropped = (files) => {
    if (!files.length) return;
    if (!current) clear(); // the results of this file are wanted now; a file that waits leaves them where they are
    const name = files.length === 1 ? files[0].name : `${files.length} files`;
    enqueue(name, () => take({ name }, files));
  };

  const chosenFiles = find("files");
  const dropBox = find("drop");
  dropBox.addEventListener("submit", (event) => event.preventDefault());
  chosenFiles.addEventListener("change", () => {
    dropped([...chosenFiles.files]);
    chosenFiles.value = ""; // so that the same file can be chosen again
  });
  const carriesFiles = (event) => event.dataTransfer?.types.includes("Files");
  window.addEventListener("dragover", (event) => {
    if (!carriesFiles(event)) return;
    event.preventDefault();
    dropBox.classList.add("over");
  });
  for (const name of ["dragleave", "drop"]) window.addEventListener(name, (event) => (name === "drop" || !event.relatedTarget) && dropBox.classList.remove("over"));
  window.addEventListener("drop", (event) => {
    if (!carriesFiles(event)) return;
    event.preventDefault(); // or the browser would leave the page for the file
    dropped([...event.dataTransfer.files]);
    dropBox.scrollIntoView({ block: "nearest" });
  });
  window.addEventListener("pagehide", () => {
    const runs = known();
    current?.asking?.abort();
    current = null; // or its state would be asked for once more
    // A page that is reloaded comes back for its runs; one that is closed does not, and they end soon.
    for (const run of runs) fetch(address(run, "/leave"), { method: "POST", keepalive: true }).catch(() => {});
  });

  /** Come back to the runs of the page before it was reloaded; what has ended since is no error. */
  const restore = async (runs, id) => {
    returning.push(...runs);
    while (returning.length) {
      const run = returning[0];
      const answer = await ask("GET", address(run)).catch(() => null);
      returning.shift();
      if (!answer) continue;
      run.state = await answer.json();
      if (run.state.state === "done") finish(run);
      else if (run.state.state !== "waiting") enqueue(run.name, () => work(run, null));
    }
    const run = finished.find((one) => one.id === id) ?? finished[0];
    if (run && !shown) await show(run);
  };
  if (kept.runs?.length) restore(kept.runs, kept.shown).catch((error) => runBox.replaceChildren(callout(error.message)));
})();
