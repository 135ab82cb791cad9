using Microsoft.Extensions.AI;
using Microsoft.Extensions.Time.Testing;
using Millrace.Contracts;
using Millrace.Providers.Adapters;
using Millrace.Providers.Http;
using Millrace.Providers.Options;
using Millrace.Providers.Registry;
using Millrace.Providers.Streaming;
using Millrace.Tests.Servers;

namespace Millrace.Tests.Providers;

/// <summary>The guard against adapters that do what no adapter should.</summary>
public sealed class GuardTests
{
    private readonly FakeTimeProvider time = new();
    private readonly ProviderOptions options = new();

    [Fact]
    public async Task An_adapter_that_ignores_its_token_is_left_when_the_deadline_passes_and_cleaned_up_when_it_returns()
    {
        var deaf = new DeafClient();
        using var deadlines = new Deadlines(options, time, CancellationToken.None);
        await using var guard = new StreamGuard(new TestAdapter(deaf, options), deadlines, new("p", "m", deadlines.Token), CancellationToken.None);
        var opening = guard.OpenAsync(ProviderFixture.Messages, new()).AsTask();

        time.Advance(TimeSpan.FromSeconds(61));

        Assert.Equal(FailureReason.FirstTokenTimeout, (await opening)?.Reason);
        await guard.DisposeAsync();
        Assert.False(deaf.Disposed.IsCompleted);
        deaf.Return();
        await Until.DoneAsync(deaf.Disposed);
    }

    [Fact]
    public async Task An_adapter_that_ignores_its_token_is_left_when_the_caller_cancels()
    {
        var deaf = new DeafClient();
        using var cancel = new CancellationTokenSource();
        using var deadlines = new Deadlines(options, time, cancel.Token);
        await using var guard = new StreamGuard(new TestAdapter(deaf, options), deadlines, new("p", "m", deadlines.Token), cancel.Token);
        var opening = guard.OpenAsync(ProviderFixture.Messages, new()).AsTask();

        await cancel.CancelAsync();

        Assert.Equal(cancel.Token, (await Assert.ThrowsAnyAsync<OperationCanceledException>(() => opening)).CancellationToken);
        deaf.Return();
    }

    [Theory]
    [InlineData(typeof(TaskCanceledException), FailureReason.ProviderUnavailable)]
    [InlineData(typeof(TimeoutException), FailureReason.ProviderError)]
    [InlineData(typeof(InvalidOperationException), FailureReason.ProviderError)]
    [InlineData(typeof(IOException), FailureReason.IncompleteStream)]
    public async Task Whatever_an_adapter_throws_of_itself_is_a_failure_without_its_words(Type thrown, FailureReason reason)
    {
        using var deadlines = new Deadlines(options, time, CancellationToken.None);
        var client = new ThrowingClient((Exception)Activator.CreateInstance(thrown, ProviderFixture.Prompt)!);
        await using var guard = new StreamGuard(new TestAdapter(client, options), deadlines, new("p", "m", deadlines.Token), CancellationToken.None);

        var failure = await guard.OpenAsync(ProviderFixture.Messages, new());

        Assert.NotNull(failure);
        Assert.Equal(reason, failure.Reason);
        Assert.DoesNotContain(ProviderFixture.Prompt, failure.ToString());
    }

    private sealed class TestAdapter(IChatClient client, ProviderOptions options) : IProviderAdapter
    {
        public IChatClient Client => client;

        public ProviderOptions Options => options;

        public MappedOptions Map(GenerationOptions? options, string model) => new(new(), []);

        public MappedOptions Offer(MappedOptions mapped, ToolOffer offer) => mapped;

        public IReadOnlyList<CallFragment> Calls(ChatResponseUpdate update) => CallFragment.None;

        public ErrorBody? FindError(ChatResponseUpdate update) => null;

        public ErrorBody? FindError(Exception fault) => null;
    }

    /// <summary>Hears no token, and returns only when it is told to.</summary>
    private sealed class DeafClient : StreamOnlyClient
    {
        private readonly TaskCompletionSource released = new();
        private readonly TaskCompletionSource disposed = new();

        public Task Disposed => disposed.Task;

        public void Return() => released.SetResult();

        public override async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
            IEnumerable<ChatMessage> messages, ChatOptions? options = null,
            [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken = default)
        {
            try
            {
                await released.Task;
                yield return new(ChatRole.Assistant, "too late");
            }
            finally
            {
                disposed.SetResult();
            }
        }
    }

    private sealed class ThrowingClient(Exception fault) : StreamOnlyClient
    {
        public override IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
            IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) => throw fault;
    }

    private abstract class StreamOnlyClient : IChatClient
    {
        public abstract IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
            IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default);

        public Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
            throw new NotSupportedException();

        public object? GetService(Type serviceType, object? serviceKey = null) => null;

        public void Dispose()
        {
        }
    }
}
