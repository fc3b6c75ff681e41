/**
 * The pages of a key-value cache by number: which are free, which are in use. After vLLM's block manager (Kwon et al.
 * 2023 §4.2): text of any length takes whole pages, so nothing is moved when one sequence grows or ends.
 */
export class PagePool {
  private readonly free: number[] = [];
  private next = 0;
  /** Pages that several texts use, and how many besides the first. */
  private readonly shared = new Map<number, number>();

  /** Pages that were ever in use: what storage must have room for. */
  get highWater(): number {
    return this.next;
  }

  /** A page that nobody uses, the lowest numbers first. */
  take(): number {
    return this.free.pop() ?? this.next++;
  }

  /** Lets one more text use pages that are in use; each text gives them back. */
  share(pages: readonly number[]): void {
    for (const page of pages) this.shared.set(page, (this.shared.get(page) ?? 0) + 1);
  }

  /** Gives pages back; those that another text uses stay in use. */
  release(pages: readonly number[]): void {
    for (let i = pages.length - 1; i >= 0; i--) {
      const others = this.shared.get(pages[i]) ?? 0;
      if (others === 0) this.free.push(pages[i]);
      else if (others === 1) this.shared.delete(pages[i]);
      else this.shared.set(pages[i], others - 1);
    }
  }
}
