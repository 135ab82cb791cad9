namespace Millrace.Engine.Settings;

/// <summary>A setting that has to be changed before anything can start; its message says how.</summary>
public sealed class ConfigurationException(string message) : Exception(message);
