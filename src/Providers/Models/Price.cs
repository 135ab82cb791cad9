using Millrace.Contracts;

namespace Millrace.Providers.Models;

/// <summary>What a model costs, in US dollars for a million tokens.</summary>
/// <param name="Input">Input that the provider had not cached.</param>
/// <param name="Cached">Input that it had.</param>
/// <param name="Output">Output, reasoning included.</param>
public sealed record Price(decimal Input, decimal Cached, decimal Output)
{
    private const decimal Million = 1_000_000;

    public static Price Free { get; } = new(0, 0, 0);

    /// <summary>What the whole call costs when its input is longer than so many tokens.</summary>
    public (long Above, Price Price)? Long { get; init; }

    /// <summary>US dollars for a call, or null where a count is missing.</summary>
    public decimal? Of(TokenUsage? usage)
    {
        if (usage is not { Input: { } input, Output: { } output }) return null;
        var (price, cached) = (For(input), Math.Min(usage.Cached ?? 0, input));
        return ((input - cached) * price.Input + cached * price.Cached + output * price.Output) / Million;
    }

    /// <summary>US dollars for a call of which nothing is cached.</summary>
    public decimal Of(long input, long output) => (input * For(input).Input + output * For(input).Output) / Million;

    private Price For(long input) => Long is { } more && input > more.Above ? more.Price : this;
}
