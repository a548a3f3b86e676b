// What others write may be anything: what is read of it is what it has to be, or it is not there.
import { isFileAddress } from "@herold/engine";

/** A text that says something. */
export function text(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

/** A number that something can be as large, as long or as many as. */
export function number(value: unknown): number | undefined {
  return typeof value === "number" && Number.isFinite(value) && value >= 0 ? value : undefined;
}

/** No server is called "..": that would lead elsewhere. */
/** The address of an uploaded file. What is none leads to no picture. */
export function mxc(value: unknown): string | undefined {
  return typeof value === "string" && isFileAddress(value) ? value : undefined;
}

/** The fields of an object, of which each may be anything again. */
export function fields(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : {};
}
