export { audit } from "./audit.ts";
export type { AuditInput } from "./subjects.ts";
export type {
  Audit,
  AuditReport,
  AuditedImage,
  ClassFacts,
  CopyLink,
  Example,
  Finding,
  FindingCode,
  Severity,
  Share,
} from "./types.ts";
