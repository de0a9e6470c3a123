import type { AuditReport } from "../../audit/index.ts";

/** What a group is, in the reader's words. */
export const groupWord = ({ groupSource }: Pick<AuditReport, "groupSource">): string =>
  groupSource === "content" ? "photograph" : "group";
