export interface JavaArgumentsOptions {
  readonly home: string
  /** The class to run and its arguments. */
  readonly main: readonly string[]
  /** Heap, for example `1g`. */
  readonly memory: string
  /** Folder for temporary files. */
  readonly temporary: string
  /** More options of the JVM. */
  readonly javaOptions?: readonly string[]
  /** More folders of classes and settings, before Spark's own. */
  readonly classPath?: readonly string[]
  /** An archive of shared classes, used if it fits this very Java and class path. */
  readonly archive?: string
}

/** Packages that Spark reaches into by reflection: those of its own launcher (JavaModuleOptions, 3.5 and 4.0). */
const opened = [
  ...['lang', 'lang.invoke', 'lang.reflect', 'io', 'net', 'nio', 'util'].map(
    name => `java.base/java.${name}`,
  ),
  ...['util.concurrent', 'util.concurrent.atomic'].map(name => `java.base/java.${name}`),
  ...['jdk.internal.ref', 'sun.nio.ch', 'sun.nio.cs', 'sun.security.action', 'sun.util.calendar'].map(
    name => `java.base/${name}`,
  ),
  'java.security.jgss/sun.security.krb5',
]

const moduleOptions = [
  '-XX:+IgnoreUnrecognizedVMOptions',
  ...opened.map(name => `--add-opens=${name}=ALL-UNNAMED`),
  '-Djdk.reflect.useDirectMethodHandle=false',
  '-Dio.netty.tryReflectionSetAccessible=true',
]

/** Arguments of `java` for a program of Spark's jars. */
export function javaArguments(options: JavaArgumentsOptions): string[] {
  const { home, main, memory, temporary, javaOptions = [], classPath = [], archive } = options
  return [
    `-Xmx${memory}`,
    `-Djava.io.tmpdir=${temporary}`,
    ...moduleOptions,
    ...(archive === undefined ? [] : ['-Xshare:auto', `-XX:SharedArchiveFile=${archive}`]),
    ...javaOptions,
    '-cp',
    [...classPath, `${home}/jars/*`].join(':'),
    ...main,
  ]
}
