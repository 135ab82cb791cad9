using Microsoft.Extensions.AI;
using Millrace.Contracts;
using Millrace.Providers.Kinds;
using Millrace.Providers.Options;
using Millrace.Providers.Registry;

namespace Millrace.Tests.Providers.Contract;

/// <summary>
/// A kind of the list, and how a test says what its provider does: a scripted server for one that has a server, a script in the model's
/// name for the simulated one. What is said last holds.
/// </summary>
internal abstract class KindUnderTest(ProviderKind kind) : IAsyncDisposable
{
    /// <summary>Those that ship, and one of a program's own.</summary>
    public static ProviderKinds All { get; } = ProviderKinds.Shipped.With(new PlainKind());

    public ProviderKind Kind => kind;

    /// <summary>The model that calls name.</summary>
    public abstract string Model { get; }

    /// <summary>What <see cref="Answers"/> and <see cref="StallsAfterText"/> say first.</summary>
    public abstract string FirstWord { get; }

    /// <summary>How many updates without text follow the first word.</summary>
    public virtual int UpdatesAfterText => 0;

    public static async Task<KindUnderTest> StartAsync(string name)
    {
        var kind = All.Find(name)!;
        return kind.HasServer ? await ServedKind.StartAsync(kind) : new SimulatedKindUnderTest(kind);
    }

    /// <summary>Two words, the usage 3 and 2 where it can be said, and the reason stop.</summary>
    public abstract void Answers();

    /// <summary>A call of a tool.</summary>
    public abstract void Calls(string tool, string arguments);

    /// <summary>The refusal that means this; with a wait where one is asked for.</summary>
    public abstract void Refuses(FailureReason reason, TimeSpan? retryAfter);

    /// <summary>A word, and then the failure.</summary>
    public abstract void FailsInStream();

    /// <summary>A word, and then the end without a reason.</summary>
    public abstract void EndsWithoutReason();

    /// <summary>Nothing at all, not even that it has heard.</summary>
    public abstract void KeepsSilent();

    /// <summary>It has heard, and says no more.</summary>
    public abstract void Stalls();

    public abstract void StallsAfterText();

    public abstract Provider Provider(Action<ProviderOptions>? configure = null, TimeProvider? time = null);

    /// <summary>Ends when its last call has been asked.</summary>
    public virtual Task AskedAsync() => Task.CompletedTask;

    /// <summary>Ends when it has seen that its last call was given up.</summary>
    public virtual Task LeftAsync() => Task.CompletedTask;

    public abstract ValueTask DisposeAsync();

    public ThrowingStream Ask(Provider provider, CancellationToken? cancellation = null) =>
        provider.Stream(options: null, Model, ProviderFixture.Messages, cancellation ?? TestContext.Current.CancellationToken);

    public ThrowingStream AskWithTools(Provider provider, params AIFunctionDeclaration[] tools) => new(
        provider.Stream(null, Model, ProviderFixture.Messages, new(tools, mayInsist: true), TestContext.Current.CancellationToken));
}
