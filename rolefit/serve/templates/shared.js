"use strict";

/* What the parts of the page of `rolefit serve` share: requests, corrections, and what outlasts a reload. All requests go
   to the machine that the page came from. */
const Page = (() => {
  const { make } = Posting;
  const find = (id) => document.getElementById(id);
  const about = JSON.parse(find("about").textContent);

  /** Return the server's answer, or throw an `Error` with its sentence when it refuses. */
  const ask = async (method, path, body, type = "application/json", signal = undefined) => {
    let answer;
    try {
      answer = await fetch(path, { method, body, headers: body === undefined ? {} : { "Content-Type": type }, cache: "no-store", credentials: "omit", redirect: "error", signal });
    } catch (error) {
      if (error.name === "AbortError") throw error;
      throw new Error("rolefit is not responding. Start it again with “rolefit serve” and reload this page.");
    }
    if (answer.ok) return answer;
    throw new Error((await answer.json().catch(() => ({}))).error ?? `rolefit answered with status ${answer.status}.`);
  };
  const send = (path, fields, signal) => ask("POST", path, JSON.stringify(fields), "application/json", signal);
  const callout = (text) => make("p", { class: "callout", role: "alert" }, text);

  const download = (blob, name) => {
    const address = URL.createObjectURL(blob);
    make("a", { href: address, download: name }).click();
    setTimeout(() => URL.revokeObjectURL(address), 10_000);
  };

  /* ---- what outlasts a reload, in this tab alone ---- */

  const KEPT = "rolefit";
  const kept = (() => {
    try {
      return JSON.parse(sessionStorage.getItem(KEPT)) ?? {};
    } catch {
      return {};
    }
  })();
  /** Keep values until the tab is closed; what is too large, or not allowed, is kept on the screen alone. */
  const keep = (values) => {
    Object.assign(kept, values);
    try {
      sessionStorage.setItem(KEPT, JSON.stringify(kept));
    } catch {
      sessionStorage.removeItem(KEPT);
    }
  };

  /* ---- corrections ---- */

  /** The one posting on the page, whose lines stay corrected whatever its title becomes. */
  const DESK = null;
  const corrections = new Map(kept.corrections ?? []);
  let saved = kept.saved ?? true;
  const save = find("save");
  const forget = find("forget");
  const listeners = [];

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
    keep({ corrections: [...corrections], saved });
    for (const heard of listeners) heard();
  };

  /** A choice of role for one line of a posting; `role` is what the model says, `none` for a line that does not count. */
  const chooser = (place, named = (id) => id) => (id, line, role) => {
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
      else corrections.set(key, { id: named(id), line, role: select.value });
      saved = corrections.size === 0;
      settle();
    });
    marks[place].push(mark);
    mark();
    return make("label", { class: "line-role" }, "Role ", select);
  };

  /** Roles that a reader gave lines of the posting on the page, by line; those of an earlier text are none of its lines. */
  const corrected = (text) => Object.fromEntries([...corrections].filter(([key, { line }]) => JSON.parse(key)[0] === DESK && text.includes(line)).map(([, { line, role }]) => [line, role]));

  save.addEventListener("click", async () => {
    if (!corrections.size) return;
    try {
      const answer = await send("/corrections", { corrections: [...corrections.values()] });
      download(await answer.blob(), "corrections.csv");
      saved = true;
      keep({ saved });
    } catch (error) {
      find("corrected").textContent = error.message;
    }
  });
  forget.addEventListener("click", () => {
    if (!corrections.size) return;
    corrections.clear();
    saved = true;
    settle();
  });
  window.addEventListener("beforeunload", (event) => {
    if (corrections.size && !saved) event.preventDefault();
  });
  count();

  return { find, about, ask, send, callout, download, kept, keep, DESK, marks, chooser, corrected, onCorrection: (heard) => listeners.push(heard) };
})();
