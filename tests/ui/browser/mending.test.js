// A number is mended as text, sign by sign, and every change can be taken back. test_mending.py names the script.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

const script = readFileSync(String(process.env.DIGIT_MENDING), "utf8"); // no module: the body of a function
/** @type {(text: string) => any} */ const mendable = new Function(`${script}\nreturn mendable;`)();

test("a digit is replaced, and the same digit changes nothing", () => {
  const number = mendable("12.50\n7");
  assert.equal(number.replace(1, "3"), true);
  assert.equal(number.replace(1, "3"), false);
  assert.equal(number.text(), "13.50\n7");
  assert.deepEqual(number.lines().map(number.changed), [true, false]);
  assert.equal(number.undo(), 1);
  assert.equal(number.text(), "12.50\n7");
  assert.equal(number.mended(), false);
  assert.equal(number.undo(), null);
});

test("a copy stands after its digit, before a separator", () => {
  const number = mendable("12.50");
  number.insert(1);
  assert.equal(number.text(), "122.50");
  assert.deepEqual(
    number.digits().map((/** @type {any} */ { sign }) => sign.digit),
    [0, 1, null, 2, 3],
  );
});

test("separators go with the digits that they stand between", () => {
  for (const [before, at, after] of /** @type {[string, number, string][]} */ ([
    ["3-4", 1, "3"],
    ["3-4", 0, "-4"],
    ["1-2.5", 1, "1.5"],
    ["-7\n8", 0, "8"],
    ["-7.5", 0, ".5"],
  ])) {
    const number = mendable(before);
    assert.equal(number.remove(at), true);
    assert.equal(number.text(), after);
  }
  const last = mendable("-7");
  assert.equal(last.remove(0), false);
  assert.equal(last.undoable(), false);
});

test("a separator is put after a digit, replaced, and taken away by itself", () => {
  const number = mendable("1250");
  number.separate(1, ".");
  assert.equal(number.text(), "12.50");
  assert.equal(number.after(1), ".");
  number.separate(1, ",");
  assert.equal(number.text(), "12,50");
  number.separate(1, ",");
  assert.equal(number.text(), "1250");
  assert.equal(number.separate(3, "."), false);
});

test("at the first digit it goes on to the front, and then away", () => {
  const number = mendable("73");
  const texts = Array.from({ length: 3 }, () => number.separate(0, "-") && number.text());
  assert.deepEqual(texts, ["7-3", "-73", "73"]);
  const single = mendable("7");
  assert.deepEqual(
    Array.from({ length: 2 }, () => single.separate(0, "-") && single.text()),
    ["-7", "7"],
  );
});

test("keys lead within the number and to other rows", () => {
  const number = mendable("12.50\n7\n314");
  for (const [key, at, to] of /** @type {[string, number, number | null][]} */ ([
    ["ArrowRight", 3, 4],
    ["ArrowLeft", 0, 0],
    ["ArrowDown", 2, 4],
    ["ArrowDown", 4, 5],
    ["ArrowUp", 7, 4],
    ["ArrowUp", 2, null],
    ["ArrowDown", 6, null],
    ["Home", 5, 0],
    ["End", 0, 7],
    ["Tab", 0, null],
  ]))
    assert.equal(number.step(key, at), to, `${key} at ${at}`);
});

test("the table has the mended text, no confidence of what was mended, and no box of what was inserted", () => {
  const header = ["row_text", "row_confidence", "row", "place", "digit", "confidence", "doubtful", "x"];
  const given = [
    header,
    ["9", "0.5", "1", "1", "9", "0.5", "yes", "5"],
    ["12", "0.9", "2", "1", "1", "0.95", "no", "10"],
    ["12", "0.9", "2", "2", "2", "0.6", "yes", "20"],
    ["3", "0.8", "3", "1", "3", "0.8", "no", "30"],
  ];
  const number = mendable("9\n12\n3");
  assert.deepEqual(number.table(given), given);
  number.remove(0);
  number.replace(1, "7");
  number.insert(1);
  assert.deepEqual(number.table(given), [
    header,
    ["177", "", "1", "1", "1", "0.95", "no", "10"],
    ["177", "", "1", "2", "7", "", "no", "20"],
    ["177", "", "1", "3", "7", "", "no", ""],
    ["3", "0.8", "2", "1", "3", "0.8", "no", "30"],
  ]);
});
