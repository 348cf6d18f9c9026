"use strict";

/* The file drop of `rolefit serve`. report.js draws a scored file. */
(() => {
  const { make } = Posting;
  const { find, ask, callout, marks, chooser, kept, keep } = Page;

  /* ---- a file ---- */

  const runBox = find("run");
  const results = find("results");
  const ASKED_EVERY = 300;
  let current = null; // the run of the file that was dropped last

  const waiting = []; // what was dropped while another file was being read

  const address = (run, rest = "") => `/runs/${encodeURIComponent(run.id)}${rest}`;
  const end = (run) => {
    run.asking?.abort(); // or a request in flight would be told that the upload has ended
    return fetch(address(run), { method: "DELETE", keepalive: true }).catch(() => {});
  };
  const wait = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));
  const rowsOf = new Intl.NumberFormat("en");

  /** The progress bar, its sentence, and a button to cancel. */
  const progressBox = (run, name) => {
    const bar = make("progress", { "aria-label": `Progress of ${name}` });
    const line = make("p", { role: "status" });
    const cancel = make("button", { type: "button", id: "cancel" }, "Cancel");
    cancel.addEventListener("click", () => {
      if (current !== run) return;
      current = null;
      keep({ run: null });
      end(run);
      drawWaiting();
      runBox.replaceChildren(make("p", { role: "status", id: "cancelled", tabindex: "-1" }, "Cancelled. Nothing was kept."));
      find("cancelled").focus();
    });
    runBox.replaceChildren(bar, line, cancel);
    return (rows, total, sentence) => {
      if (total) {
        bar.max = Math.max(rows, total);
        bar.value = rows;
      } else bar.removeAttribute("value");
      if (line.textContent !== sentence) line.textContent = sentence;
    };
  };

  const samplesOf = async (run) => (await ask("GET", address(run, "/samples"))).json();

  /** A form with the columns of a table, each with its first cells: `questions` are what is asked of them, `chosen` what is marked. */
  const columnForm = (run, name, { columns, samples }, questions, chosen) => {
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
      if (form.reportValidity()) work(run, name, asked);
    });
    form.addEventListener("change", () => form.querySelector("[name=text]")?.setCustomValidity(""));
    return form;
  };

  /** Ask which column it is when neither the names of the columns nor their cells tell. */
  const askColumn = (run, name, state, asked) => {
    const meaning = { text: "the text of the posting", title: "the job title" }[state.what];
    const form = columnForm(run, name, state, [state.what], { text: [], title: null, asked });
    const several = state.what === "text" ? " Several are joined in their order." : "";
    runBox.replaceChildren(make("p", { class: "callout", role: "alert" }, `The columns of `, make("bdi", {}, name), ` do not tell which one holds ${meaning}. Mark it.${several}`), form);
    form.querySelector("input").focus();
  };

  /** Offer the columns of a table whose columns were found, to choose others. */
  const offerColumns = (run, name, file, state) => {
    const { text, title } = state.columns[file];
    const button = make("button", { type: "button", id: "recolumn" }, "Choose other columns");
    button.addEventListener("click", async () => {
      let samples;
      try {
        samples = (await samplesOf(run))[file];
      } catch (error) {
        button.replaceWith(callout(error.message));
        return;
      }
      const form = columnForm(run, name, { columns: Object.keys(samples), samples }, ["text", "title"], { text, title, asked: {} });
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

  const showResults = async (run, name, state) => {
    const report = await fetched(run);
    if (current !== run) return;
    const data = { rows: JSON.parse(report.getElementById("rows").textContent), lists: JSON.parse(report.getElementById("lists").textContent) };
    const links = [["scored.xlsx", "Excel file"], ["scored.csv", "CSV file"], ["report.html", "report"]].map(([file, kind]) => make("li", {}, make("a", { href: address(run, `/${file}`), download: "" }, `Download the ${kind}`)));
    const said = [`${counted(state.rows, "row", "rows")} read from `, make("bdi", {}, name), "."];
    const files = Object.keys(state.columns);
    for (const file of files.slice(0, 3)) said.push(files.length > 1 ? ` ${file}: ` : " ", make("bdi", {}, state.columns[file].said), ".");
    for (const note of state.notes) said.push(` ${note}.`);
    if (state.failed) said.push(` ${counted(state.failed, "row", "rows")} could not be read; the table says why.`);
    if (state.cut) said.push(` ${counted(state.cut, "cell is", "cells are")} too long for Excel and cut there; the CSV file has them in full.`);
    runBox.replaceChildren(make("p", { role: "status", id: "done" }, ...said), make("ul", { class: "downloads", role: "list" }, ...links), ...(files.length === 1 ? [offerColumns(run, name, files[0], state)] : []));
    results.replaceChildren(...report.querySelectorAll("main > section:not(.help), main > #single, main > .callout"));
    Report.show((name) => data[name], chooser("table"));
  };

  /** Start the work on a run, or, without columns, go on with one that was started before the page was reloaded. */
  const work = async (run, name, columns) => {
    const tell = progressBox(run, name);
    run.busy = true;
    try {
      if (columns) await ask("POST", address(run, "/start"), JSON.stringify(columns));
      keep({ run: { id: run.id, name } });
      for (;;) {
        if (current !== run) return;
        run.asking = new AbortController();
        const state = await (await ask("GET", address(run), undefined, undefined, run.asking.signal)).json();
        if (current !== run) return;
        if (state.state === "done") {
          tell(state.rows, state.rows, "Preparing the table …");
          await showResults(run, name, state);
          return;
        }
        if (state.state === "failed" && state.columns) {
          const samples = await samplesOf(run);
          if (current === run) askColumn(run, name, { ...state, samples }, columns ?? {});
          return;
        }
        if (state.state === "failed") throw new Error(state.error);
        tell(state.rows, state.total, state.rows ? `Read ${rowsOf.format(state.rows)} of about ${rowsOf.format(state.total)} rows.` : "Opening the file …");
        await wait(ASKED_EVERY);
      }
    } catch (error) {
      if (current !== run) return;
      keep({ run: null });
      runBox.replaceChildren(...(columns ? [callout(error.message)] : [])); // what has ended since the reload is no error
    } finally {
      run.busy = false;
      drawWaiting();
    }
  };

  const nameOf = (files) => (files.length === 1 ? files[0].name : `${files.length} files`);
  /** Say what waits, and once the file before it is read, offer to go on: its results make room for the next ones. */
  const drawWaiting = () => {
    const parts = [];
    if (waiting.length && current?.busy) parts.push("Waiting: ", make("bdi", {}, waiting.map(nameOf).join(", ")), ".");
    else if (waiting.length) {
      const next = make("button", { type: "button", id: "next-file" }, "Read ", make("bdi", {}, nameOf(waiting[0])), " next");
      next.addEventListener("click", () => take(waiting.shift()));
      parts.push(next, " It takes the place of these results; download them first.");
    }
    find("waiting").replaceChildren(...parts);
  };

  const take = async (files) => {
    if (!files.length) return;
    if (current?.busy) {
      waiting.push(files);
      drawWaiting();
      return;
    }
    if (current) end(current);
    keep({ run: null });
    results.replaceChildren();
    marks.table = [];
    const run = { busy: true };
    current = run;
    drawWaiting();
    const name = nameOf(files);
    const tell = progressBox(run, name);
    tell(0, 0, "Uploading …");
    try {
      run.id = (await (await ask("POST", "/runs")).json()).id;
      for (const file of files) {
        if (current !== run) return end(run);
        await ask("PUT", address(run, `/files?name=${encodeURIComponent(file.name)}`), file, "application/octet-stream");
      }
      if (current !== run) return end(run);
      await work(run, name, {});
    } catch (error) {
      run.busy = false;
      if (current === run) runBox.replaceChildren(callout(error.message));
      drawWaiting();
    }
  };

  const chosenFiles = find("files");
  const dropBox = find("drop");
  dropBox.addEventListener("submit", (event) => event.preventDefault());
  chosenFiles.addEventListener("change", () => {
    take([...chosenFiles.files]);
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
    take([...event.dataTransfer.files]);
    dropBox.scrollIntoView({ block: "nearest" });
  });
  window.addEventListener("pagehide", () => {
    const run = current;
    current = null; // or its state would be asked for once more
    run?.asking?.abort();
    // A page that is reloaded comes back for its run; one that is closed does not, and the run ends soon.
    if (run?.id) fetch(address(run, "/leave"), { method: "POST", keepalive: true }).catch(() => {});
  });

  if (kept.run) {
    const { id, name } = kept.run;
    current = { id };
    work(current, name, null);
  }
})();
