export { audit } from "./audit.ts";
export type { AuditInput } from "./knownImages.ts";
export type {
  Audit,
  AuditReport,
  AuditedImage,
  ClassFacts,
  DuplicateLink as CopyLink,
  Example,
  Finding,
  FindingCode,
  Severity,
  Share,
} from "./types.ts";
