import { TacitError } from "../units/errors.ts";

/** Why a ticket cannot be filled any more, by what became of it. */
export const refusals = {
  filled: (ticket: bigint): TacitError =>
    new TacitError("TICKET_USED", `the ticket ${ticket} has been filled already`, {
      hint: "A ticket is filled once; trade more with another.",
    }),
  cancelled: (ticket: bigint): TacitError =>
    new TacitError("TICKET_CANCELLED", `one of its two accounts has cancelled the ticket ${ticket}`, {
      hint: "Ask whom you trade with for another.",
    }),
  expired: (ticket: bigint): TacitError =>
    new TacitError("TICKET_EXPIRED", `the ticket ${ticket} can be filled no longer: it has expired`, {
      hint: "Make another offer.",
    }),
} as const;
