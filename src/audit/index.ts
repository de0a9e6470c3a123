export type {
  Audit,
  AuditReport,
  AuditedPicture,
  ClassFacts,
  CopyLink,
  Example,
  Finding,
  FindingCode,
  GroupSource,
  Severity,
  Share,
} from "./types.ts";
