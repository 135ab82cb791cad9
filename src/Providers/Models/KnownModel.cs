namespace Millrace.Providers.Models;

/// <summary>One line of the table.</summary>
internal sealed record KnownModel(ModelName Name, ModelLimits Limits);
