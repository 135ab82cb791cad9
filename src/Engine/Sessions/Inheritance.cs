using Millrace.Contracts;
using Millrace.Persistence.Model;
using Millrace.Providers.Options;

namespace Millrace.Engine.Sessions;

/// <summary>What a request takes over from its session: whatever it does not say itself.</summary>
internal static class Inheritance
{
    /// <param name="namesProvider">Whether a model's name brings its provider with it.</param>
    public static GenerateRequested Complete(GenerateRequested request, SessionSettings session, Func<string, bool> namesProvider) => request with
    {
        SystemPrompt = request.SystemPrompt ?? session.SystemPrompt,
        Provider = request.Provider ?? (request.Model is { } model && namesProvider(model) ? null : session.Provider),
        Model = request is { Provider: null, Model: null } ? session.Model : request.Model,
        Options = OptionDefaults.Complete(request.Options, session.Options),
    };
}
