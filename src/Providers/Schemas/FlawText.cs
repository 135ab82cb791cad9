using System.Runtime.CompilerServices;

namespace Millrace.Providers.Schemas;

/// <summary>The text of a flaw, written only when somebody listens: most values that do not fit a branch are looked at for nothing but that.</summary>
[InterpolatedStringHandler]
internal ref struct FlawText
{
    private DefaultInterpolatedStringHandler text;

    public FlawText(int literalLength, int formattedCount, Check check, out bool listens)
    {
        listens = check.Listens;
        text = listens ? new DefaultInterpolatedStringHandler(literalLength, formattedCount) : default;
    }

    public void AppendLiteral(string value) => text.AppendLiteral(value);

    public void AppendFormatted<T>(T value) => text.AppendFormatted(value);

    public void AppendFormatted<T>(T value, string format) => text.AppendFormatted(value, format);

    public override string ToString() => text.ToStringAndClear();
}
