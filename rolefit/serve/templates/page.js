"use strict";

/* The paste box, the file drop and the corrections of `rolefit serve`. posting.js draws a posting, report.js a scored
   file. All requests go to the machine that the page came from. */
(() => {
  const { make, summary, evidence, fromVerdict } = Posting;
  const find = (id) => document.getElementById(id);
  const about = JSON.parse(find("about").textContent);

  /** Return the server's answer, or throw an `Error` with its sentence when it refuses. */
  const ask = async (method, path, body, type = "application/json", signal = undefined) => {
    let answer;
    try {
      answer = await fetch(path, { method, body, headers: body === undefined ? {} : { "Content-Type": type }, cache: "no-store", credentials: "omit", redirect: "error", signal });
    } catch {
      throw new Error("rolefit is not responding. Start it again with “rolefit serve” and reload this page.");
    }
    if (answer.ok) return answer;
    throw new Error((await answer.json().catch(() => ({}))).error ?? `rolefit answered with status ${answer.status}.`);
  };
  const classify = async (text, title) => (await ask("POST", "/classify", JSON.stringify({ text, title }))).json();
  const callout = (text) => make("p", { class: "callout", role: "alert" }, text);

  /* ---- corrections ---- */

  const corrections = new Map();
  const save = find("save");
  const forget = find("forget");

  const count = () => {
    const lines = corrections.size;
    find("corrected").textContent = lines === 0 ? "No lines corrected." : lines === 1 ? "1 line corrected." : `${lines} lines corrected.`;
    for (const button of [save, forget]) button.setAttribute("aria-disabled", lines === 0);
  };

  /** Functions that update the choices on the screen: those of the verdict, which is redrawn with every key, and those of the table. A line may have two. */
  const marks = { verdict: [], table: [] };
  const settle = () => {
    for (const mark of [...marks.verdict, ...marks.table]) mark();
    count();
  };

  /** A choice of role for one line of a posting; `role` is what the model says, `none` for a line that does not count. */
  const chooser = (place) => (id, line, role) => {
    const key = JSON.stringify([id, line]);
    const select = make("select", { "aria-label": `Correct role of “${line.slice(0, 80)}”` });
    for (const [value, meaning] of about.choices) select.append(make("option", { value }, value === role ? `${value} (as is)` : `${value}: ${meaning}`));
    const mark = () => {
      select.value = corrections.get(key)?.role ?? role;
      if (corrections.has(key)) select.dataset.changed = "";
      else delete select.dataset.changed;
    };
    select.addEventListener("change", () => {
      if (select.value === role) corrections.delete(key);
      else corrections.set(key, { id, line, role: select.value });
      settle();
    });
    marks[place].push(mark);
    mark();
    return make("label", { class: "line-role" }, "Role ", select);
  };

  const download = (blob, name) => {
    const address = URL.createObjectURL(blob);
    make("a", { href: address, download: name }).click();
    setTimeout(() => URL.revokeObjectURL(address), 10_000);
  };
  save.addEventListener("click", async () => {
    if (!corrections.size) return;
    try {
      const answer = await ask("POST", "/corrections", JSON.stringify({ corrections: [...corrections.values()] }));
      download(await answer.blob(), "corrections.csv");
    } catch (error) {
      find("corrected").textContent = error.message;
    }
  });
  forget.addEventListener("click", () => {
    corrections.clear();
    settle();
  });

  /* ---- one posting ---- */

  const editor = find("editor");
  const posting = find("posting");
  const title = find("title");
  const intended = find("intended");
  const verdict = find("verdict");
  const proof = find("evidence");
  let latest = null;

  /** Fill a list that opens and closes; it stays open or closed while its items change. */
  const listed = (id, heading, items) => {
    const list = find(id);
    list.replaceChildren(...items);
    list.parentElement.hidden = !items.length;
    list.previousElementSibling.textContent = `${heading} (${items.length})`;
  };

  const shownAim = () => {
    const role = intended.value;
    if (!role || !latest) {
      find("reached").textContent = "";
      for (const id of ["missing", "against"]) listed(id, "", []);
      return;
    }
    const [other] = about.roles.filter((side) => side !== role);
    const name = about.names[role];
    const lines = latest.lines;
    const named = new Set(lines.filter((line) => line.role === role || line.role === "both").flatMap((line) => line.theme.split("+")));
    const missing = about.themes[role].filter(([theme]) => !named.has(theme));
    const against = lines.map((line, index) => [line, index]).filter(([line]) => line.role === other);
    const said = [`${latest.label === `${role}-like` ? "Yes" : "Not yet"}: the label is ${latest.label}.`];
    if (!missing.length) said.push(`Every theme of a ${name} is covered.`);
    if (!against.length) said.push(`No line points to a ${about.names[other]}.`);
    find("reached").textContent = said.join(" ");
    listed("missing", `Themes of a ${name} that no line covers`, missing.map(([, words, statement]) => make("li", {}, make("b", {}, words), make("span", { class: "about" }, `, for example “${statement}”`))));
    listed("against", `Lines that point to a ${about.names[other]}`, against.map(([line, index]) => make("li", {}, make("a", { href: `#live-${index + 1}` }, make("bdi", {}, line.text)))));
  };

  const show = (answer) => {
    latest = fromVerdict(answer, about);
    const held = document.activeElement?.id;
    marks.verdict = [];
    const choose = (line, role) => chooser("verdict")(title.value.trim() || "pasted", line, role);
    proof.replaceChildren(evidence(latest, { ...about, choose }, "live", 3));
    verdict.replaceChildren(...summary(latest, about));
    if (held?.startsWith("live-")) find(held)?.focus({ preventScroll: true });
    find("said").textContent = `${latest.label}, ${Posting.percent(latest.confidence)} sure. ${latest.reason}.${latest.mismatch ? " The title disagrees." : ""}`;
    shownAim();
  };

  /** Show a sentence in place of a verdict. */
  const without = (sentence) => {
    latest = null;
    proof.replaceChildren();
    verdict.replaceChildren(sentence);
    shownAim();
  };

  const nothing = () => {
    without(make("p", { class: "nothing" }, "The verdict will appear here, with the lines that decide it."));
    find("said").textContent = "";
  };

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
      if (!posting.value.trim()) {
        nothing();
        continue;
      }
      try {
        const answer = await classify(posting.value, title.value || null);
        if (posting.value.trim()) show(answer);
        else nothing();
      } catch (error) {
        without(callout(error.message));
      }
    } while (again);
    asking = false;
  };

  editor.addEventListener("submit", (event) => event.preventDefault());
  posting.addEventListener("input", read);
  title.addEventListener("input", read);
  for (const type of ["input", "change"]) intended.addEventListener(type, shownAim); // autofill may send only the second
  editor.addEventListener("reset", () => setTimeout(read));
  find("example").addEventListener("click", () => {
    posting.value = about.example.text;
    title.value = about.example.title;
    read();
  });

  /** Turn pasted HTML into the text that a reader sees, with lists and headings on lines of their own. */
  posting.addEventListener("paste", async (event) => {
    const formatted = event.clipboardData.getData("text/html");
    if (!formatted) return;
    const plain = event.clipboardData.getData("text/plain");
    event.preventDefault();
    let text = plain;
    try {
      const answer = await classify(formatted, null);
      if (answer.text !== formatted) text = answer.text.trim();
    } catch {
      // Too large or unreadable: use the plain text that came with it; if that is no better, its own error shows.
    }
    posting.focus();
    // The only way to keep the change in the box's own undo history.
    if (!document.execCommand("insertText", false, text)) {
      posting.setRangeText(text, posting.selectionStart, posting.selectionEnd, "end");
      read();
    }
  });

  /* ---- a file ---- */

  const runBox = find("run");
  const results = find("results");
  const ASKED_EVERY = 300;
  let current = null; // the run of the file that was dropped last

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
      end(run);
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
    const rows = columns.map((column) => {
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
    const links = [["scored.xlsx", "Excel file"], ["scored.csv", "CSV file"], ["report.html", "report"]].map(([file, kind]) => make("li", {}, make("a", { href: address(run, `/${file}`), download: file }, `Download the ${kind}`)));
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

  const work = async (run, name, columns) => {
    const tell = progressBox(run, name);
    try {
      await ask("POST", address(run, "/start"), JSON.stringify(columns));
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
          if (current === run) askColumn(run, name, { ...state, samples }, columns);
          return;
        }
        if (state.state === "failed") throw new Error(state.error);
        tell(state.rows, state.total, state.rows ? `Read ${rowsOf.format(state.rows)} of about ${rowsOf.format(state.total)} rows.` : "Opening the file …");
        await wait(ASKED_EVERY);
      }
    } catch (error) {
      if (current === run) runBox.replaceChildren(callout(error.message));
    }
  };

  const take = async (files) => {
    if (!files.length) return;
    if (current) end(current);
    results.replaceChildren();
    marks.table = [];
    const run = {};
    current = run;
    const name = files.length === 1 ? files[0].name : `${files.length} files`;
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
      if (current === run) runBox.replaceChildren(callout(error.message));
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
    if (run?.id) end(run);
  });

  nothing();
  count();
  if (posting.value) read(); // a browser brings the text back when a page is reloaded
})();
