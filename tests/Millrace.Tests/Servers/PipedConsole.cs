using System.Runtime.InteropServices;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Millrace.Worker.Cli;
using Millrace.Worker.Cli.Terminal;

namespace Millrace.Tests.Servers;

/// <summary>
/// What a verb has around it inside this process: pipes at its standard streams, and what the environment would hold. Signals do not reach it, and its clock stands
/// until the test sets it.
/// </summary>
internal sealed class PipedConsole : CommandConsole
{
    private readonly IReadOnlyDictionary<string, string?> environment;
    private readonly string input;
    private readonly LineWriter output;
    private readonly LineWriter error;

    public PipedConsole(IReadOnlyDictionary<string, string?> environment, string input)
    {
        (this.environment, this.input) = (environment, input);
        (output, error) = (new LineWriter(Lines), new LineWriter(Lines));
        (In, Out, Error) = (new StringReader(input), TextWriter.Synchronized(output), TextWriter.Synchronized(error));
    }

    /// <summary>Lines of both streams, in the order of their arrival.</summary>
    public ProcessOutput Lines { get; } = new();

    /// <summary>What is on standard output.</summary>
    public string Written => output.ToString();

    /// <summary>What is on standard error.</summary>
    public string Noted => error.ToString();

    public WatchedClock Clock { get; } = new();

    public override TextReader In { get; }

    public override TextWriter Out { get; }

    public override TextWriter Error { get; }

    public override bool IsInputRedirected => true;

    public override bool IsOutputRedirected => true;

    public override bool IsErrorRedirected => true;

    public override TimeProvider Time => Clock;

    public override Stream OpenInput() => new MemoryStream(Encoding.UTF8.GetBytes(input));

    public override Stream OpenOutput() => new ByteWriter(output);

    public override IDisposable OnSignal(PosixSignal signal, Action act) => CancellationToken.None.Register(act);

    public override HostApplicationBuilder CreateHostBuilder() => Around(base.CreateHostBuilder());

    public override WebApplicationBuilder CreateServerBuilder() => Around(base.CreateServerBuilder());

    private TBuilder Around<TBuilder>(TBuilder builder)
        where TBuilder : IHostApplicationBuilder
    {
        builder.Configuration.AddInMemoryCollection(environment.Select(variable => KeyValuePair.Create(SettingOf(variable.Key), variable.Value)));
        builder.Logging.ClearProviders().AddProvider(new LineLog(Error.WriteLine));
        builder.Services.AddSingleton<IHostLifetime, SelfInterrupted>();
        return builder;
    }

    private static string SettingOf(string variable)
    {
        const string OfServer = "ASPNETCORE_";
        var name = variable.StartsWith(OfServer, StringComparison.Ordinal) ? variable[OfServer.Length..] : variable;
        return name.Replace("__", ":", StringComparison.Ordinal);
    }

    /// <summary>Keeps a text, and tells its lines. Its text can be read while somebody still writes.</summary>
    private sealed class LineWriter(ProcessOutput lines) : TextWriter
    {
        private readonly Lock gate = new();
        private readonly StringBuilder text = new();
        private int lineAt;

        public override Encoding Encoding => Encoding.UTF8;

        public override void Write(char value) => Write([value]);

        public override void Write(char[] buffer, int index, int count) => Write(buffer.AsSpan(index, count));

        public override void Write(string? value) => Write(value.AsSpan());

        public override void Write(ReadOnlySpan<char> buffer)
        {
            lock (gate)
            {
                foreach (var value in buffer)
                {
                    text.Append(value);
                    if (value != '\n') continue;
                    lines.Add(text.ToString(lineAt, text.Length - lineAt - 1));
                    lineAt = text.Length;
                }
            }
        }

        public override string ToString()
        {
            lock (gate)
                return text.ToString();
        }
    }

    /// <summary>Bytes that are text at their end.</summary>
    private sealed class ByteWriter(LineWriter output) : MemoryStream
    {
        protected override void Dispose(bool disposing)
        {
            if (disposing && CanRead) output.Write(Encoding.UTF8.GetString(ToArray()));
            base.Dispose(disposing);
        }
    }
}
