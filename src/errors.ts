/**
 * Every error that Pellucid throws on purpose: a class to catch, a stable `code` to switch on, and a message of one
 * line that says what was wrong, where, and what to do.
 */
export class PellucidError extends Error {
  override readonly name: string = "PellucidError";
  /** Stable across versions, in capitals with underscores: `CONTEXT_FULL`. */
  readonly code: string;

  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** A file that is not valid GGUF, or holds something that Pellucid does not know. */
export class GgufError extends PellucidError {
  override readonly name = "GgufError";
}

/** A vocabulary that can't be used, or text or tokens that it can't take. */
export class TokenizerError extends PellucidError {
  override readonly name = "TokenizerError";
}

/** A model whose metadata or weights don't make a model that Pellucid can run. */
export class ModelError extends PellucidError {
  override readonly name = "ModelError";
}

/** More tokens than the context has room for. */
export class ContextFullError extends PellucidError {
  override readonly name = "ContextFullError";
  constructor(message: string) {
    super("CONTEXT_FULL", message);
  }
}

/** An argument outside what a function accepts. */
export class InvalidArgumentError extends PellucidError {
  override readonly name = "InvalidArgumentError";
  constructor(message: string) {
    super("INVALID_ARGUMENT", message);
  }
}

/** A model that can't be fetched: not there, not allowed, the network or the disk fail, or not what it should be. */
export class DownloadError extends PellucidError {
  override readonly name = "DownloadError";
}

/** A schema, pattern or grammar that output can't be held to: not valid, not supported, or one that no text fulfils. */
export class ConstraintError extends PellucidError {
  override readonly name = "ConstraintError";
  /** Where in a schema: a JSON pointer, such as `/properties/name/pattern`. */
  readonly pointer: string | undefined;
  constructor(code: string, message: string, pointer?: string) {
    super(code, message);
    this.pointer = pointer;
  }
}
