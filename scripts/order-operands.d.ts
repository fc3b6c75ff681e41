export function orderOperands(bytes: Uint8Array): Uint8Array;
