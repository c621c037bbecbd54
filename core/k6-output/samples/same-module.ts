/**
 * A module of WebAssembly whose only function answers whether the bytes at one place are those at another, 16 at a time:
 *
 *   (import "js" "memory" (memory 1))
 *   (func (export "same") (param $place i32) (param $other i32) (param $length i32) (result i32)
 *     (local $last i32) (local $at i32)
 *     (local.set $last (i32.sub (local.get $length) (i32.const 16)))
 *     (block (loop
 *       (br_if 1 (i32.ge_s (local.get $at) (local.get $last)))
 *       (if differ($at) (then (return (i32.const 0))))
 *       (local.set $at (i32.add (local.get $at) (i32.const 16)))
 *       (br 0)))
 *     (i32.eqz differ($last)))
 *
 * where differ($offset) is (v128.any_true (v128.xor (v128.load ($place + $offset)) (v128.load ($other + $offset)))). The last 16
 * bytes may take some of those before again. It is written out here, as no tool is needed for so little.
 */
export const sameModule = (): Uint8Array<ArrayBuffer> =>
  Uint8Array.from([
    ...Buffer.from('\0asm\x01\0\0\0'),
    ...section(1, [1, 0x60, 3, i32, i32, i32, 1, i32]),
    ...section(2, [1, ...name('js'), ...name('memory'), 2, 0, 1]),
    ...section(3, [1, 0]),
    ...section(7, [1, ...name('same'), 0, 0]),
    ...section(10, [1, body.length, ...body]),
  ]);

/** Content and names go by lengths of one byte: none has 128. */
const section = (id: number, content: readonly number[]): number[] => [id, content.length, ...content];
const name = (text: string): number[] => [text.length, ...Buffer.from(text)];

const [i32, empty] = [0x7f, 0x40] as const;
const [place, other, length, last, at] = [0, 1, 2, 3, 4] as const;
const get = (local: number): number[] => [0x20, local];
const set = (local: number): number[] => [0x21, local];
const constant = (value: number): number[] => [0x41, value];
const [add, subtract, isAtLeast, isZero] = [0x6a, 0x6b, 0x4e, 0x45] as const;
const [block, loop, then, end] = [0x02, 0x03, 0x04, 0x0b] as const;
const [branch, branchIf, answer] = [0x0c, 0x0d, 0x0f] as const;
const load16 = [0xfd, 0x00, 0, 0] as const;
const xor16 = [0xfd, 0x51] as const;
const anyTrue = [0xfd, 0x53] as const;

const differ = (offset: number): number[] =>
  [get(place), get(offset), add, load16, get(other), get(offset), add, load16, xor16, anyTrue].flat();

const body: readonly number[] = [
  [1, 2, i32],
  [get(length), constant(16), subtract, set(last)],
  [block, empty, loop, empty],
  [get(at), get(last), isAtLeast, branchIf, 1],
  [differ(at), then, empty, constant(0), answer, end],
  [get(at), constant(16), add, set(at)],
  [branch, 0, end, end],
  [differ(last), isZero, end],
].flat(2);
