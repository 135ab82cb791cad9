using System.Runtime.InteropServices;
using Millrace.Providers.Registry;
using Millrace.Worker.Hosting;
using Spectre.Console;

namespace Millrace.Worker.Cli.Terminal;

/// <summary>
/// What a verb has around it: standard streams, the keys and signals of whoever sits there, a clock, and the beginning of its host. This one is the process's own;
/// what overrides it can run a verb inside another program.
/// </summary>
internal class CommandConsole
{
    private const int WidthOfFile = 1_000;

    /// <summary>The kinds of providers that settings can name; each host gets them.</summary>
    public ProviderKinds Kinds { get; init; } = ProviderKinds.Shipped;

    public virtual TextReader In => Console.In;

    public virtual TextWriter Out => Console.Out;

    public virtual TextWriter Error => Console.Error;

    public virtual bool IsInputRedirected => Console.IsInputRedirected;

    public virtual bool IsOutputRedirected => Console.IsOutputRedirected;

    public virtual bool IsErrorRedirected => Console.IsErrorRedirected;

    /// <summary>The clock by which a verb tells that it has waited for long.</summary>
    public virtual TimeProvider Time => TimeProvider.System;

    public virtual bool KeyAvailable => Console.KeyAvailable;

    /// <summary>Standard output with a terminal's colours and width.</summary>
    public IAnsiConsole Terminal => AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Out) });

    /// <summary>Standard input as bytes.</summary>
    public virtual Stream OpenInput() => Console.OpenStandardInput();

    /// <summary>Standard output as bytes.</summary>
    public virtual Stream OpenOutput() => Console.OpenStandardOutput();

    /// <summary>The next key that is pressed, which the terminal does not show.</summary>
    public virtual char ReadKey() => Console.ReadKey(intercept: true).KeyChar;

    /// <summary>Does this at a signal, in place of what would be done else, until what is returned is disposed.</summary>
    public virtual IDisposable OnSignal(PosixSignal signal, Action act) => PosixSignalRegistration.Create(signal, context =>
    {
        context.Cancel = true;
        act();
    });

    /// <summary>The beginning of a host for a verb that prints an answer.</summary>
    public virtual HostApplicationBuilder CreateHostBuilder()
    {
        var builder = Host.CreateApplicationBuilder();
        builder.AddQuietLogging();
        builder.Services.AddSingleton(Kinds);
        return builder;
    }

    /// <summary>The beginning of a host that serves.</summary>
    public virtual WebApplicationBuilder CreateServerBuilder()
    {
        var builder = WebApplication.CreateBuilder();
        builder.AddWorkerLogging();
        builder.Services.AddSingleton(Kinds);
        return builder;
    }

    /// <summary>A table on standard output.</summary>
    public void WriteTable(Table table)
    {
        var terminal = Terminal;
        if (IsOutputRedirected) terminal.Profile.Width = WidthOfFile; // a file has no edge to wrap at
        terminal.Write(table);
    }
}
