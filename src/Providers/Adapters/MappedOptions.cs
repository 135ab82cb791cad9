using Microsoft.Extensions.AI;

namespace Millrace.Providers.Adapters;

/// <param name="Chat">What the adapter gets. Never shared between calls.</param>
/// <param name="Ignored">What the provider cannot take, by its name in the request's JSON.</param>
public sealed record MappedOptions(ChatOptions Chat, IReadOnlyList<string> Ignored);
