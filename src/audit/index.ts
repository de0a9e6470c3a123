export { auditCollection } from "./audit.ts";
export type { AuditInput } from "./knownImages.ts";
export type {
  Audit,
  AuditReport,
  AuditedImage,
  ClassFacts,
  DuplicateLink,
  Example,
  Finding,
  Severity,
  Share,
} from "./types.ts";
export type {
  Condition,
  ExampleStatement,
  FindingCode,
  FindingStatement,
  ImageChange,
  NumberProperty,
  PropertyFamily,
  ShortcutRule,
  UnusualStorage,
} from "./statements.ts";
