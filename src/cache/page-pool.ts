/**
 * The pages of a key-value cache by number: which are free, which are in use. After vLLM's block manager (Kwon et al.
 * 2023 §4.2): text of any length takes whole pages, so nothing is moved when one sequence grows or ends.
 */
export class PagePool {
  private readonly free: number[] = [];
  private next = 0;

  /** Pages that were ever in use: what storage must have room for. */
  get highWater(): number {
    return this.next;
  }

  /** A page that nobody uses, the lowest numbers first. */
  take(): number {
    return this.free.pop() ?? this.next++;
  }

  /** Gives pages back. */
  release(pages: readonly number[]): void {
    for (let i = pages.length - 1; i >= 0; i--) this.free.push(pages[i]);
  }
}
