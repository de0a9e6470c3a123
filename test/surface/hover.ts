import { dirname, join } from "node:path";
import ts from "typescript";
import { type EntryExample, moduleOf } from "./examples.ts";

// What an editor shows when the pointer rests on a name of the package: asked of TypeScript's own language service.

export type Entry = "index.ts" | "predict.ts" | "engine.ts";

const root = join(import.meta.dirname, "../..");
const source = join(root, "src");

/** A name that an entry exports, or a member of a type that one of them leads to, and its documentation. */
export interface Hover {
  /** "conv2d", "Conv2dOptions.filters" */
  readonly name: string;
  readonly documentation: string;
}

/** A service over virtual files of somebody who uses the entries; `files` may grow. */
function serviceOver(files: ReadonlyMap<string, string>): ts.LanguageService {
  const options: ts.CompilerOptions = {
    target: ts.ScriptTarget.ES2023,
    module: ts.ModuleKind.NodeNext,
    strict: true,
    allowImportingTsExtensions: true,
    noEmit: true,
    // Only the package's own names are asked for: a fifth of the time without the libraries' declarations.
    types: [],
    lib: ["lib.es2023.d.ts"],
  };
  return ts.createLanguageService({
    getCompilationSettings: () => options,
    getScriptFileNames: () => [...files.keys()],
    getScriptVersion: () => "1",
    getScriptSnapshot: (path) => {
      const found = files.get(path) ?? ts.sys.readFile(path);
      return found === undefined ? undefined : ts.ScriptSnapshot.fromString(found);
    },
    getCurrentDirectory: () => root,
    getDefaultLibFileName: (given) => ts.getDefaultLibFilePath(given),
    fileExists: (path) => files.has(path) || ts.sys.fileExists(path),
    readFile: (path) => ts.sys.readFile(path),
    resolveModuleNameLiterals: (names, from) =>
      names.map(({ text: name }) => {
        const path = join(dirname(from), name);
        const ours = name.startsWith(".") && { resolvedFileName: path, extension: ts.Extension.Ts };
        return { resolvedModule: ours || undefined };
      }),
  });
}

/** What the package shows of itself. */
export interface Surface {
  /** Everything that users of the entries can rest the pointer on: exports, and the members of exported and of options' types. */
  readonly hovers: readonly Hover[];
  /** The `@example` of an entry itself, where it has one, and of every name that it exports; empty where there is none. */
  readonly examples: readonly EntryExample[];
  /** What the type checker says of them, "conv2d: …". */
  readonly exampleErrors: readonly string[];
}

/** Reads the entries once, for all that is asked of them. */
export function surfaceOf(entries: readonly Entry[]): Surface {
  const consumer = join(source, "consumer.ts");
  const text = entries.map((entry, i) => `import * as entry${i} from "./${entry}";\nentry${i};`).join("\n");
  const files = new Map([[consumer, text]]);
  const service = serviceOver(files);
  const program = programOf(service);
  const checker = program.getTypeChecker();
  const exported = new Map<ts.Symbol, string>();
  const examples: EntryExample[] = [];
  for (const entry of entries) {
    const file = program.getSourceFile(join(source, entry));
    const module = file && checker.getSymbolAtLocation(file);
    if (!module) throw new Error(`${entry} is no module`);
    const inComment = exampleIn(file);
    const own: EntryExample[] = inComment ? [{ entry, name: entry, code: inComment }] : [];
    for (const symbol of checker.getExportsOfModule(module)) {
      const target = symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
      exported.set(target, `${entry}: ${symbol.name}`);
      own.push({ entry, name: symbol.name, code: exampleOf(target) });
    }
    examples.push(...own);
    files.set(
      join(source, `examples-${entry}`),
      moduleOf(
        entry,
        own.flatMap(({ name }) => (name === entry ? [] : [name])),
        own,
      ),
    );
  }
  const hover = (name: string, declaration: ts.Declaration): Hover => {
    const place = ts.getNameOfDeclaration(declaration) ?? declaration;
    const info = service.getQuickInfoAtPosition(declaration.getSourceFile().fileName, place.getStart());
    return { name, documentation: ts.displayPartsToString(info?.documentation).trim() };
  };
  const hovers = [
    ...[...exported].flatMap(([{ declarations = [] }, name]) =>
      declarations.slice(0, 1).map((d) => hover(name, d)),
    ),
    ...[...membersOf([...exported.keys()], checker)].map(([d, name]) => hover(name, d)),
  ];
  return { hovers, examples, exampleErrors: entries.flatMap((entry) => errorsIn(service, entry, examples)) };
}

function programOf(service: ts.LanguageService): ts.Program {
  const program = service.getProgram();
  if (!program) throw new Error("no program");
  return program;
}

/** The code of the first `@example` of what a name stands for. */
function exampleOf(symbol: ts.Symbol): string {
  const tag = symbol.getJsDocTags().find(({ name }) => name === "example");
  return ts.displayPartsToString(tag?.text).trim();
}

/** The example in the comment at the top of an entry, about all of it. */
function exampleIn({ statements: [first] }: ts.SourceFile): string | undefined {
  const [comment] = first ? ts.getJSDocCommentsAndTags(first) : [];
  const tags = comment && ts.isJSDoc(comment) ? comment.tags : undefined;
  const tag = tags?.find(({ tagName }) => tagName.text === "example");
  return ts.getTextOfJSDocComment(tag?.comment);
}

/** What is wrong with the examples of an entry, each error with the name of its example. */
function errorsIn(
  service: ts.LanguageService,
  entry: Entry,
  examples: readonly EntryExample[],
): readonly string[] {
  const own = examples.filter((one) => one.entry === entry);
  const path = join(source, `examples-${entry}`);
  const text = programOf(service).getSourceFile(path)?.text ?? "";
  return [...service.getSyntacticDiagnostics(path), ...service.getSemanticDiagnostics(path)].map(
    ({ messageText, start = 0 }) => {
      const before = text.slice(0, start).split("async function example").length - 2;
      return `${own[before]?.name ?? "given"}: ${ts.flattenDiagnosticMessageText(messageText, " ")}`;
    },
  );
}

/** Members of exported types and of what exported functions and methods take, by their declaration. */
function membersOf(
  symbols: readonly ts.Symbol[],
  checker: ts.TypeChecker,
): ReadonlyMap<ts.Declaration, string> {
  const members = new Map<ts.Declaration, string>();
  const seen = new Set<ts.Type>();
  const visitParameters = (type: ts.Type): void => {
    for (const { parameters } of type.getCallSignatures())
      for (const parameter of parameters) visitMembers(checker.getTypeOfSymbol(parameter));
  };
  const visitMembers = (type: ts.Type): void => {
    if (seen.has(type)) return;
    seen.add(type);
    if (type.isUnion()) return type.types.forEach(visitMembers);
    for (const property of type.getProperties()) {
      const [declaration] = property.declarations ?? [];
      const held = declaration && checker.getTypeOfSymbol(property);
      if (!held || !isOurs(declaration) || held.isStringLiteral() || isHidden(property)) continue;
      members.set(declaration, `${ownerOf(declaration)}.${property.name}`);
      visitParameters(held);
    }
  };
  for (const symbol of symbols) {
    if (symbol.flags & ts.SymbolFlags.Type) visitMembers(checker.getDeclaredTypeOfSymbol(symbol));
    if (symbol.flags & ts.SymbolFlags.Value) visitParameters(checker.getTypeOfSymbol(symbol));
  }
  return members;
}

/** Under a symbol, which no editor offers. */
const isHidden = ({ name }: ts.Symbol): boolean => name.startsWith("__@");

/** Name of the interface or type that a member is declared in. */
function ownerOf(declaration: ts.Declaration): string {
  const owner = ts.findAncestor(
    declaration,
    (node) =>
      ts.isInterfaceDeclaration(node) || ts.isTypeAliasDeclaration(node) || ts.isVariableDeclaration(node),
  );
  return owner ? owner.name.getText() : "{…}";
}

/** A field or method of a type of the package, not of a library. */
const isOurs = (declaration: ts.Declaration): boolean =>
  declaration.getSourceFile().fileName.startsWith(source) &&
  (ts.isPropertySignature(declaration) || ts.isMethodSignature(declaration));
