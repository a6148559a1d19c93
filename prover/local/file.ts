import { z } from "zod";

/** The JSON file of a chain in a folder, version 1; beside it stands the journal. */
export const chainSchema = z.strictObject({
  $schema: z.literal("urn:tacit:chain"),
  version: z.literal(1),
  /** Time of the first block, in unix seconds. */
  start: z.int().positive(),
  /** Addresses by the names of the deployment's parts. */
  contracts: z.record(z.string(), z.string()),
});
