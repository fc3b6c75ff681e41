/**
 * A last pass over a module: has a sum computed before what is added to it. `relaxed_dot(x, w, sum)` evaluates its operands
 * in that order, so a chain of them, which the compiler writes as one expression, loads every x before its first product;
 * V8 keeps the order, and runs out of registers. Here the sum goes to a local first:
 *
 *     (dot X W SUM)  →  (dot (block (local.set $sum SUM) X) W (local.get $sum))
 *
 * Only operands change places that neither write memory nor set what another reads, so every result stays the same.
 */
import binaryen from "binaryen";

const dot = "i32x4.relaxed_dot_i8x16_i7x16_add_s";
const local = "$sum";

/** The module with its operands in order; unchanged if it has no such product. */
export function orderOperands(bytes) {
  const module = binaryen.readBinary(bytes);
  module.setFeatures(binaryen.Features.All);
  const text = module.emitText();
  module.dispose();
  if (!text.includes(dot)) return bytes;
  const tree = parse(text).map((item) => (item[0] === "func" ? ordered(item) : item));
  const after = binaryen.parseText(print(tree));
  after.setFeatures(binaryen.Features.All);
  if (!after.validate()) throw new Error("order-operands: the module is not valid any more");
  const result = Buffer.from(after.emitBinary());
  after.dispose();
  return result;
}

/** A function with its operands in order, and the local that this takes. */
function ordered(func) {
  const body = order(func);
  if (!some(body, ([kind, name]) => kind === "local.get" && name === local)) return func;
  const at = body.findIndex(
    (item, i) => i > 0 && Array.isArray(item) && !["export", "type", "param", "result"].includes(item[0]),
  );
  return body.toSpliced(at, 0, ["local", local, "v128"]);
}

function order(node) {
  if (!Array.isArray(node)) return node;
  const next = node.map(order);
  if (next[0] !== dot) return next;
  const [, x, weights, sum] = next;
  if (sum[0] === "local.get" || sum[0].endsWith(".const")) return next;
  // What x sets on its way is set before the sum, which may read it.
  const sets = [];
  const first = withoutTees(x, sets);
  const moved = [first, weights, ...sets.map(([, , value]) => value)];
  if (moved.some((operand) => some(operand, ([kind]) => writes(kind)))) return next;
  // What the sum sets, x and the weights must not read: they were computed before.
  const setBySum = new Set();
  const setsMore = some(sum, ([kind, name]) => {
    if (kind === "local.set" || kind === "local.tee") setBySum.add(name);
    else return writes(kind);
  });
  if (
    setsMore ||
    [first, weights].some((operand) => some(operand, ([kind, name]) => kind === "local.get" && setBySum.has(name)))
  )
    return next;
  return [dot, ["block", ["result", "v128"], ...sets, ["local.set", local, sum], first], weights, ["local.get", local]];
}

function withoutTees(node, sets) {
  if (!Array.isArray(node)) return node;
  const next = node.map((child) => withoutTees(child, sets));
  if (next[0] !== "local.tee") return next;
  sets.push(["local.set", next[1], next[2]]);
  return ["local.get", next[1]];
}

/** Whether an instruction may change what another one finds, or when it runs. */
function writes(kind) {
  return /^(local\.(set|tee)|global\.set|call|br|if|loop|return|unreachable|memory\.)|store|atomic/.test(kind);
}

function some(node, test) {
  return Array.isArray(node) && (test(node) || node.some((child) => some(child, test)));
}

/** The text format's expression as nested arrays of words. */
function parse(text) {
  const open = [[]];
  for (const [word] of text.matchAll(/\(;.*?;\)|;;.*|"(?:[^"\\]|\\.)*"|[()]|[^\s()";]+/gs)) {
    if (word.startsWith("(;") || word.startsWith(";;")) continue;
    if (word === "(") open.push([]);
    else if (word === ")") {
      const done = open.pop();
      open.at(-1).push(done);
    } else open.at(-1).push(word);
  }
  return open[0][0];
}

function print(node) {
  return Array.isArray(node) ? `(${node.map(print).join(" ")})` : node;
}
